// Light or dark: the system's choice until the user makes another.

import { useState } from "react";
import { texts } from "../texts";
import { IconButton } from "./button";

const key = "slipway-theme";
type Theme = "light" | "dark";

function systemTheme(): Theme {
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function applyStoredTheme(): void {
  const stored = localStorage.getItem(key);
  if (stored === "light" || stored === "dark") document.documentElement.dataset["theme"] = stored;
}

export function ThemeButton() {
  const [theme, setTheme] = useState<Theme>(
    () => (document.documentElement.dataset["theme"] as Theme | undefined) ?? systemTheme(),
  );
  const other: Theme = theme === "dark" ? "light" : "dark";
  return (
    <IconButton
      icon={theme === "dark" ? "sun" : "moon"}
      label={other === "dark" ? texts.theme.toDark : texts.theme.toLight}
      onClick={() => {
        localStorage.setItem(key, other);
        document.documentElement.dataset["theme"] = other;
        setTheme(other);
      }}
    />
  );
}
