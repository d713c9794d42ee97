// What the quit guard says, in English and German.

export interface QuitWords {
  title: (count: number) => string;
  safe: string;
  needsYou: (count: number) => string;
  sendFirst: string;
  quit: string;
  stay: string;
  stillThere: (count: number) => string;
  unsaved: string;
  unsavedText: string;
  leave: string;
}

const en: QuitWords = {
  title: (count) =>
    `${count} ${count === 1 ? "change has" : "changes have"} not reached the cloud.`,
  safe: "They are safe on this computer and go out the next time the app runs. Until then nobody else sees them.",
  needsYou: (count) =>
    `${count} of them ${count === 1 ? "needs" : "need"} your decision and cannot be sent before.`,
  sendFirst: "Send, then quit",
  quit: "Quit",
  stay: "Stay",
  stillThere: (count) => `${count} ${count === 1 ? "change" : "changes"} could not be sent now.`,
  unsaved: "Leave without saving?",
  unsavedText: "What you changed on a form has not been saved.",
  leave: "Leave",
};

const de: QuitWords = {
  title: (count) =>
    count === 1
      ? "1 Änderung hat die Cloud noch nicht erreicht."
      : `${count} Änderungen haben die Cloud noch nicht erreicht.`,
  safe: "Sie sind auf diesem Rechner sicher und gehen hinaus, wenn die App das nächste Mal läuft. Bis dahin sieht sie sonst niemand.",
  needsYou: (count) =>
    `${count} davon ${count === 1 ? "braucht" : "brauchen"} deine Entscheidung und ${count === 1 ? "kann" : "können"} vorher nicht gesendet werden.`,
  sendFirst: "Senden, dann beenden",
  quit: "Beenden",
  stay: "Bleiben",
  stillThere: (count) =>
    count === 1
      ? "1 Änderung ließ sich jetzt nicht senden."
      : `${count} Änderungen ließen sich jetzt nicht senden.`,
  unsaved: "Ohne Speichern verlassen?",
  unsavedText: "Was du in einem Formular geändert hast, ist nicht gespeichert.",
  leave: "Verlassen",
};

export function quitWords(locale: string): QuitWords {
  return locale.toLowerCase().startsWith("de") ? de : en;
}
