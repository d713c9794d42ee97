import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Root } from "./app/root";
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
const token = readToken();
createRoot(place).render(
  <StrictMode>
    <Root initialToken={token} />
  </StrictMode>,
);
