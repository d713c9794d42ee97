import { connectShell, shellOf } from "@slipway/electron/renderer";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { onUnsaved } from "./app/leaving";
import { Desk, Root } from "./app/root";
import { readToken } from "./app/session";
import { locale } from "./texts";
import { applyStoredTheme } from "./ui/theme";
import "@slipway/react/styles.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/list.css";
import "./styles/form.css";

applyStoredTheme();
document.documentElement.lang = locale;
const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no #root");
// As a program of its own the desk is given address and token; in a browser the address bar has them.
const shell = shellOf();
if (shell !== null) onUnsaved((has) => shell.unsaved(has));
const client = shell === null ? null : (await connectShell(shell)).client;
createRoot(place).render(
  <StrictMode>
    {client === null ? <Root initialToken={readToken()} /> : <Desk client={client} />}
  </StrictMode>,
);
