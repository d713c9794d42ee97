import type { Texts } from "./en.js";

const plain = new Intl.NumberFormat("de");
const count = (number: number, one: string, many: string) =>
  `${plain.format(number)} ${number === 1 ? one : many}`;
const changes = (number: number) => count(number, "Änderung", "Änderungen");

export const de: Texts = {
  yes: "Ja",
  no: "Nein",
  empty: "leer",
  bytes: (number) => count(number, "Byte", "Bytes"),
  close: "Schließen",
  cancel: "Abbrechen",
  back: "Zurück",
  loading: "Lädt",
  tryAgain: "Erneut versuchen",

  badge: {
    open: "Abgleich öffnen",
    starting: "Verbindet",
    serviceLost: "Dienst steht",
    refused: "Schlüssel gilt nicht",
    signedOut: "Neu anmelden",
    upgradeNeeded: "Update nötig",
    otherCloud: "Andere Cloud",
    standby: "Hält sich bereit",
    needsYou: (number) => `${plain.format(number)} ${number === 1 ? "braucht" : "brauchen"} dich`,
    paused: (waiting) =>
      waiting === 0 ? "Angehalten" : `Angehalten, ${plain.format(waiting)} warten`,
    offline: (waiting) => (waiting === 0 ? "Offline" : `Offline, ${plain.format(waiting)} warten`),
    syncing: (done, total) => `Gleicht ab ${plain.format(done)}/${plain.format(total)}`,
    filling: (done, total) =>
      total === 0 ? "Holt Zeilen" : `Holt Zeilen ${plain.format(done)}/${plain.format(total)}`,
    syncingSome: (waiting) => `Gleicht ${plain.format(waiting)} ab`,
    historyChanged: "Vergleicht mit der Cloud",
    probing: "Sucht die Cloud",
    busy: "Cloud ist ausgelastet",
    synced: "Abgeglichen",
    lastSynced: (when) => `Zuletzt abgeglichen ${when}`,
    neverSynced: "Noch nicht abgeglichen",
  },

  banner: {
    label: "Verbindung",
    title: "Du bist offline.",
    titleSimulated: "Offline wird simuliert.",
    works: "Alles Gespeicherte bleibt auf diesem Rechner und geht später von selbst hinaus.",
    doesNot: "Änderungen der Kollegen kommen an, sobald du wieder online bist.",
    needsCloud: (actions) => `Bis dahin nicht möglich: ${actions}.`,
    signedOut: "Die Cloud nimmt die Anmeldung dieses Rechners nicht mehr an.",
    signedOutText: "Gespeichertes bleibt hier und geht nach der neuen Anmeldung hinaus.",
    upgradeNeeded: "Dieses Programm ist zu alt für die Cloud.",
    upgradeNeededText: "Gespeichertes bleibt hier und geht nach dem Update hinaus.",
    otherCloud: "Es antwortet eine andere Cloud als die, mit der dieser Rechner abgeglichen wurde.",
    otherCloudText: "Ihr wird nichts gesendet, bis du entscheidest. Gespeichertes bleibt hier.",
    filling: "Alles wird aus der Cloud geholt.",
    fillingText: (done, total) =>
      total === 0
        ? "Gespeichertes bleibt hier und geht danach hinaus."
        : `Bisher ${plain.format(done)} von ${plain.format(total)} Zeilen. Gespeichertes bleibt hier und geht danach hinaus.`,
    standby: "Ein anderer Dienst arbeitet an der Datenbank dieses Rechners.",
    standbyText:
      "Hier kannst du nachsehen, und wieder speichern, sobald er beendet ist oder seine Frist ablief.",
    serviceLost: "Der Abgleichdienst antwortet nicht mehr.",
    serviceLostText: "Gespeichertes ist auf diesem Rechner sicher; die Anzeige kann veraltet sein.",
    goOnline: "Online gehen",
    simulate: "Offline simulieren",
  },

  row: {
    synced: "Abgeglichen",
    waiting: "Wartet",
    "needs-you": "Braucht dich",
    "local-only": "Nur hier",
    quarantined: "Zurückgestellt",
  },

  needsCloudNow: "Das braucht die Cloud, und sie ist gerade nicht erreichbar.",

  panel: {
    title: "Abgleich",
    close: "Abgleich schließen",
    now: "Abgleichen",
    pause: "Pause",
    resume: "Fortsetzen",
    settings: "Einstellungen",
    cloud: "Cloud",
    device: "Dieser Rechner",
    search: "Einträge durchsuchen",
    entityType: "Art",
    everything: "Alles",
    show: "Zeigen",
    sections: {
      all: "Alle",
      "needs-you": "Braucht dich",
      waiting: "Wartet",
      recent: "Zuletzt",
    },
    nothing: {
      "needs-you": "Nichts braucht dich.",
      waiting: "Nichts wartet. Alles Gespeicherte hat die Cloud erreicht.",
      waitingButParked: "Nichts wartet außer dem, was dich braucht.",
      recent: "Von hier wurde noch nichts gesendet.",
      filtered: "Nichts gefunden.",
    },
    progress: (done, total) => `${plain.format(done)} von ${plain.format(total)} gesendet`,
    pace: (perSecond, left) => `${perSecond} je Sekunde, noch ${left}`,
    held: (number) =>
      `${changes(number)} ${number === 1 ? "steht" : "stehen"} hinter einem Eintrag, der dich braucht`,
    retryAll: "Alle erneut versuchen",
    lost: (number) =>
      `${count(number, "Datensatz ist", "Datensätze sind")} in der Cloud nicht mehr, wie du ${number === 1 ? "ihn" : "sie"} gesehen hast`,
    lostShow: "Ansehen",
  },

  entry: {
    op: { create: "angelegt", update: "geändert", delete: "gelöscht" },
    status: {
      PENDING: "Wartet",
      PROCESSING: "Wird gesendet",
      CONFLICT: "Konflikt",
      ERROR: "Nicht angenommen",
      DISCARDING: "Wird verworfen",
      SUCCESS: "Abgeglichen",
      DISCARDED: "Verworfen",
    },
    why: {
      ready: "Geht als Nächstes hinaus",
      sending: "Wird gesendet",
      offline: "Wartet auf die Verbindung",
      paused: "Der Abgleich ist angehalten",
      "signed-out": "Wartet, bis du dich neu anmeldest",
      "upgrade-needed": "Wartet auf ein Update dieses Programms",
      "history-changed": "Wartet, bis die Vergangenheit der Cloud verglichen ist",
      "other-cloud": "Wartet: eine andere Cloud antwortet, du entscheidest",
      standby: "Ein anderes Programm auf diesem Rechner gleicht ab",
      backoff: "Wird bald erneut versucht",
      behind: "Wartet auf einen anderen Eintrag",
      conflict: "Auch anderswo geändert: du entscheidest",
      error: "Nicht angenommen: du entscheidest",
      discarding: "Wird verworfen; wartet auf die Bestätigung der Cloud",
    },
    behind: (id) => `Wartet auf #${id}`,
    heldBehind: (id) => `Steht hinter #${id}, das dich braucht`,
    holds: (number) => `${changes(number)} ${number === 1 ? "wartet" : "warten"} dahinter`,
    nextTry: (wait) => `nächster Versuch in ${wait}`,
    attempts: (number) => (number === 1 ? "einmal versucht" : `${number}-mal versucht`),
    group: (size) => `einer von ${size}, die zusammengehören`,
    decided: (label, seconds) => `${label}: geht in ${seconds} s hinaus`,
    sendingDecision: (label) => `${label}: geht hinaus`,
    decide: "Entscheiden",
    retry: "Erneut versuchen",
    discard: "Verwerfen",
    undo: "Rückgängig",
    sendNow: "Jetzt senden",
    details: "Einzelheiten",
    changes: "Was sich änderte",
    before: "Vorher",
    after: "Nachher",
    written: "Was geschrieben wurde",
    carried: "Vom gelöschten Datensatz übernommen",
    more: (number) => `und ${count(number, "weiteres Feld", "weitere Felder")}`,
    timeline: "Versuche",
    noAttempts: "Noch nicht gesendet.",
    attempt: { write: "Gesendet", void: "Zurückgenommen" },
    given: "Von der Cloud vergeben",
    facts: "Für den Support",
    goTo: (id) => `#${id} zeigen`,
    openRecord: "Datensatz öffnen",
    gone: "Diesen Eintrag gibt es hier nicht mehr.",
  },

  outcomes: {
    applied: "angenommen",
    merged: "angenommen und zusammengeführt",
    conflict: "auch anderswo geändert",
    rejected: "nicht angenommen",
    voided: "zurückgenommen",
    blocked: "wartet auf einen anderen Eintrag",
    deferred: "von der Cloud aufgeschoben",
    expired: "schon früher beurteilt",
    unreachable: "die Cloud war nicht erreichbar",
    busy: "die Cloud war ausgelastet",
    "signed-out": "die Anmeldung galt nicht",
    forbidden: "nicht erlaubt",
    invalid: "nicht angenommen",
    "": "es kam keine Antwort",
  },

  discard: {
    title: "Diese Änderung verwerfen?",
    titleMany: (number) => `${changes(number)} verwerfen?`,
    intro: "Noch ist nichts verworfen. Das ginge verloren:",
    dependants: "Das kann ohne sie nicht bestehen und ginge mit:",
    rows: "Danach zeigt dieser Rechner:",
    rowGone: "ist auf diesem Rechner weg",
    rowBack: "wird wieder",
    rowSame: "bleibt, wie es ist",
    confirm: (number) => (number === 1 ? "Verwerfen" : `Alle ${number} verwerfen`),
    keep: "Behalten",
    done: (number) => `${changes(number)} verworfen`,
    sentAlready: "Sie wurde schon gesendet: sie geht, sobald die Cloud es bestätigt hat.",
  },
  retry: {
    done: "Wird erneut versucht",
    allTitle: (number) => `${changes(number)} erneut versuchen?`,
    allText:
      "Sie wurden nicht angenommen. Jede geht noch einmal hinaus, wie sie ist, an ihrem alten Platz.",
    conflictsStay: (number) =>
      `${count(number, "Konflikt ist", "Konflikte sind")} nicht dabei: die brauchen je eine Entscheidung.`,
    allConfirm: "Erneut versuchen",
    allProgress: (done, total) => `${done} von ${total}`,
    allDone: (number) => `${changes(number)} erneut versucht`,
    allFailed: (number) =>
      `${changes(number)} ${number === 1 ? "konnte" : "konnten"} nicht erneut versucht werden`,
    stop: "Anhalten",
  },
  outcome: {
    happened: "Es hat gewirkt",
    didNot: "Es hat nicht gewirkt",
    done: "Vermerkt",
    whichId: {
      title: "Welche ID hat es dort?",
      intro:
        "Andere Änderungen warten darauf und können nur unter der ID hinausgehen, die es dort bekommen hat. Eine Nummer, die dort ein Text ist, kommt in Anführungszeichen.",
      label: "Die ID dort",
    },
  },
  undo: {
    title: "Das rückgängig machen?",
    intro: "Eine neue Änderung würde geschrieben, die zurückbringt, was vorher war:",
    confirm: "Rückgängig machen",
    done: "Rückgängig gemacht",
    takenBack: "Zurückgenommen. Es wurde nichts gesendet.",
    bar: (seconds) => `Geht in ${seconds} s hinaus`,
  },

  conflict: {
    title: "Zwei Fassungen",
    counter: (at, of) => `${at} von ${of}`,
    previous: "Voriger Konflikt",
    next: "Nächster Konflikt",
    before: "Vorher",
    yours: "Deins",
    cloud: "Cloud",
    suggestion: "Vorschlag",
    other: "Anderer Wert",
    otherFor: (field) => `Ein anderer Wert für ${field}`,
    result: "Ergebnis",
    deleted: "gelöscht",
    by: (who, when) => [who ?? "Jemand anders", when].filter((part) => part !== null).join(", "),
    somebody: "Jemand anders",
    undecided: "nicht entschieden",
    undecidedLeft: (number) => `${count(number, "Feld ist", "Felder sind")} noch nicht entschieden`,
    keepMine: "Meins behalten",
    takeTheirs: "Anderes nehmen",
    merge: "Zusammenführen",
    mergeHint: "Nimmt die Vorschläge",
    alsoYours: (number) =>
      `Du hast ${count(number, "weiteres Feld", "weitere Felder")} geändert, sonst niemand`,
    unchanged: (number) => `${count(number, "Feld", "Felder")} ohne Unterschied`,
    nothingLeft:
      "Von deiner Änderung bleibt nichts: sie wird verworfen, und die Fassung der Cloud bleibt.",
    willSend: "Das wird gesendet:",
    send: "Das senden",
    sendHint: "Strg+Eingabe",
    discard: "Meine Änderung verwerfen",
    movedOn:
      "Die Fassung der Cloud hat sich seither noch einmal geändert. Gezeigt ist die neueste.",
    movedOnWhileOpen:
      "Sie hat sich geändert, während du sie ansahst. Was du nun siehst, ist die neueste; entscheide noch einmal.",
    resolved: "Das wurde inzwischen anderswo entschieden. Es ist nichts mehr zu tun.",
    checking: "Wird geprüft",
    alsoGoes: (number) => `${changes(number)}, die ohne sie nicht bestehen können, gingen mit.`,
    groupMates: (number) =>
      `${changes(number)}, die dazugehören, gehen ebenfalls noch einmal hinaus.`,
    suggestions: {
      sum: "beide Unterschiede addiert",
      union: "beide Listen zusammen",
      text: "beide Texte zusammengeführt",
      object: "beide Änderungen zusammen",
      max: "der größere Wert",
      min: "der kleinere Wert",
    },
    reasons: {
      changed: (who) =>
        `${who} hat dasselbe geändert, bevor deine Änderung ankam. Nichts wurde überschrieben: beide Fassungen sind da.`,
      deleted: (who) =>
        `${who} hat diesen Datensatz gelöscht, bevor deine Änderung ankam. Sie ist hier aufgehoben.`,
      "already-exists": () =>
        "Die Cloud hat schon einen Datensatz mit dieser Kennung und anderen Werten. Deiner ist hier aufgehoben.",
      "re-created": (who) =>
        `${who} hat diesen Datensatz gelöscht und neu angelegt. Deine Änderung galt dem alten und ist hier aufgehoben.`,
      "reference-missing": () =>
        "Das verweist auf einen Datensatz, den die Cloud nicht (mehr) hat. Deine Änderung ist hier aufgehoben.",
      "has-children": () =>
        "In der Cloud lässt er sich nicht löschen: andere Datensätze verweisen noch auf ihn.",
      "superseded-applied": () =>
        "Eine frühere Fassung dieser Änderung hatte die Cloud doch erreicht, obwohl keine Antwort kam. Deine ist hier aufgehoben.",
      "schema-changed": () =>
        "Die Tabellen dieses Programms haben sich seitdem geändert. Sie wurde nicht gesendet und ist hier aufgehoben.",
      group: () =>
        "Eine andere Änderung, die dazugehört, ließ sich nicht anwenden, darum wartet auch diese.",
    },
    choices: {
      recreate: "Wieder anlegen",
      recreateText: "Der Datensatz kommt mit seinen letzten Werten und deiner Änderung zurück.",
      letGo: "Gehen lassen",
      letGoText: "Der Datensatz bleibt gelöscht, deine Änderung wird verworfen.",
      deleteAnyway: "Trotzdem löschen",
      deleteAnywayText: "Auch die andere Fassung wird gelöscht.",
      keepRecord: "Datensatz behalten",
      keepRecordText: "Deine Löschung wird verworfen, die Fassung der Cloud bleibt.",
      again: "Erneut versuchen",
      againText: "Wenn behoben ist, was im Weg stand.",
      discardAll: "Verwerfen",
      discardAllText: "Deine Änderung entfällt, die Fassung der Cloud bleibt.",
      culprit: "Zeigen, was im Weg steht",
    },
    decided: {
      mine: "Meins behalten",
      theirs: "Anderes nehmen",
      merged: "Zusammengeführt",
      discard: "Verwerfen",
      retry: "Erneut versuchen",
    },
  },

  lost: {
    title: "In der Cloud nicht, wie du es gesehen hast",
    intro:
      "Die Cloud wurde auf einen älteren Stand gesetzt, oder sie hatte diese Datensätze anders, als dieser Rechner ihr zum ersten Mal begegnet ist. Deine eigenen Änderungen werden ihr von selbst angeboten; was du in diesen Datensätzen sonst gesehen hast, ist dort nicht.",
    was: "war",
    isNow: "ist jetzt",
    deleted: "gelöscht",
    absent: "nicht da",
    restore: "Wieder schreiben",
    dismiss: "So lassen",
    restored: "Wird wieder geschrieben",
    dismissed: "Von der Liste genommen",
    nothing: "Es fehlt nichts.",
  },
  otherCloud: {
    title: "Eine andere Cloud antwortet",
    text: "Dieser Rechner wurde mit einer Cloud abgeglichen, und unter ihrer Adresse antwortet nun eine andere. Wurde deine Cloud neu aufgesetzt oder ist sie umgezogen, dann tritt ihr bei: was ihr von dem fehlt, was auf diesem Rechner geschrieben wurde, wird ihr gesendet. Wenn nicht, stimmt etwas mit der Adresse nicht: tritt nichts bei und frage nach.",
    tenant: "Sie gehört nach eigener Angabe zu",
    look: "Entscheiden",
    join: "Dieser Cloud beitreten",
    joined: "Beigetreten. Was hier geschrieben wird, geht von nun an dorthin.",
    leave: "Nicht jetzt",
  },

  settings: {
    title: "Einstellungen",
    cloud: "Cloud",
    address: "Adresse",
    signIn: "Anmeldung",
    signedIn: (device) => `Angemeldet als ${device}`,
    notSignedIn: "Nicht angemeldet",
    fixed: "Wird festgelegt, wo der Dienst gestartet wird.",
    test: "Verbindung prüfen",
    testing: "Fragt die Cloud",
    tested: {
      online: "Die Cloud antwortet und nimmt diesen Rechner an.",
      offline: "Die Cloud ist nicht erreichbar.",
      simulated: "Offline wird simuliert: schalte das zuerst aus.",
      paused: "Der Abgleich ist angehalten: setze ihn zuerst fort.",
      "signed-out": "Die Cloud antwortet, nimmt aber die Anmeldung nicht an.",
      "upgrade-needed": "Die Cloud antwortet, aber dieses Programm ist zu alt für sie.",
      busy: "Die Cloud antwortet, dass sie ausgelastet ist.",
      "history-changed": "Die Cloud antwortet, ist aber nicht so, wie dieser Rechner sie kennt.",
      "other-cloud": "Es antwortet eine andere Cloud als die, die dieser Rechner kennt.",
      standby: "Ein anderes Programm auf diesem Rechner gleicht ab.",
      silent: "Kein Ergebnis in 20 Sekunden.",
    },
    timing: "Zeiten",
    interval: "Nach Änderungen der Kollegen fragen alle",
    backoffBase: "Erste Wartezeit nach einem Fehler",
    backoffMax: "Längste Wartezeit nach Fehlern",
    attemptsMax: "Versuche, bis ein Eintrag dich braucht",
    seconds: "Sekunden",
    logPayloads: "Feldwerte ins Protokoll schreiben",
    logPayloadsText: "Aus: das Protokoll nennt Einträge, nicht ihren Inhalt.",
    policies: "Konflikte",
    policy: {
      manual: "du entscheidest",
      server: "der Wert der Cloud bleibt",
      client: "wer zuletzt ankommt, gewinnt",
      sum: "Unterschiede werden addiert",
      max: "der größere Wert bleibt",
      min: "der kleinere Wert bleibt",
      union: "Listen werden vereinigt",
    },
    live: "Änderungen der Kollegen kommen sofort an.",
    notLive: "Nach Änderungen der Kollegen wird im Abstand unten gefragt.",
    unsynced: "Nicht abgeglichen",
    save: "Speichern",
    saved: "Einstellungen gespeichert",
    outOfRange: (least, most) => `Zwischen ${least} und ${most}`,
  },

  said: {
    reasons: {
      online:
        "Die Datenbank dieses Rechners ist gerade nicht benutzbar; das wird jede Sekunde neu versucht.",
      simulated: "Offline wird simuliert.",
      offline: "Die Cloud ist nicht erreichbar.",
      busy: "Die Cloud ist ausgelastet oder gestört; es wird weiter versucht.",
      "signed-out": "Die Cloud nimmt die Anmeldung nicht an.",
      "upgrade-needed": "Die Cloud verlangt eine neuere Fassung dieses Programms.",
      "history-changed":
        "Die Cloud wurde auf einen älteren Stand gesetzt; es wird verglichen, was ihr fehlt.",
      "other-cloud": "Es antwortet eine andere Cloud als die, die dieser Rechner kennt.",
      standby: "Ein anderer Dienst arbeitet an dieser Datenbank; dieser übernimmt, wenn er endet.",
    },
    outcomes: {
      "key-reused":
        "Eine andere Kopie dieser Datenbank hat die Nummer dieses Eintrags verwendet, darum hat die Cloud ihn nicht beurteilt. Ein neuer Versuch sendet ihn unter eigener Nummer; verloren ist nichts.",
      expired:
        "Die Cloud hat diesen Eintrag vor langer Zeit beurteilt und weiß nicht mehr, wie. Vergleiche den Datensatz mit dem der Cloud, dann verwirf den Eintrag. Fehlt dort, was du geschrieben hast, schreib es noch einmal.",
      "outcome-unknown":
        "Das wurde gesendet und dann verworfen; ob es gewirkt hat, weiß nur, wer dort nachsieht.",
      "invalid-name":
        "Typ oder Id dieses Datensatzes ist länger, als die Cloud aufbewahren kann. Verwirf den Eintrag, und gib dem Datensatz eine kürzere Id.",
      "outside-scope":
        "Dieser Datensatz liegt außerhalb dessen, was dieser Rechner führt; die Cloud hat ihn nicht geschrieben. Verwirf den Eintrag, oder lass erweitern, was er führt, und versuche es erneut.",
      "too-late": "Das Verwerfen kam zu spät: die Cloud hatte diesen Eintrag schon angenommen.",
    },
    unsynced: {
      configured: "so eingestellt",
      "virtual-table": "eine virtuelle Tabelle",
      "no-primary-key": "ohne Primärschlüssel",
    },
    problems: {
      constraint: {
        title: "Das verletzt eine Regel der Datenbank",
        text: "Es wurde nichts geändert. Vielleicht gibt es einen solchen Wert schon.",
      },
      "reference-missing": {
        title: "Das verweist auf einen Datensatz, den es hier nicht gibt",
        text: "Es wurde nichts geändert.",
      },
      "has-children": {
        title: "Andere Datensätze verweisen noch darauf",
        text: "Es wurde nichts geändert. Ändere oder lösche zuerst diese.",
      },
      "has-dependants": {
        title: "Andere Änderungen können ohne diese nicht bestehen",
        text: "Es wurde nichts geändert.",
      },
      "already-exists": {
        title: "Diesen Datensatz gibt es schon",
        text: "Es wurde nichts geändert.",
      },
      "row-not-found": {
        title: "Diesen Datensatz gibt es hier nicht mehr",
        text: "Es wurde nichts geändert.",
      },
      "needs-later": {
        title: "Das braucht etwas, das erst später in der Reihe kommt",
        text: "Es wurde nichts geändert. Entscheide zuerst über jenes.",
      },
      "written-since": {
        title: "Seither wurde hier noch etwas geschrieben",
        text: "Es wurde nichts geändert.",
      },
      "nothing-to-undo": {
        title: "Daran ist nichts rückgängig zu machen",
        text: "Es wurde nichts geändert.",
      },
      "group-too-large": {
        title: "Das ist zu viel auf einmal",
        text: "Es wurde nichts geschrieben. Teile es auf.",
      },
      "internal-error": {
        title: "Der Abgleichdienst hat einen Fehler gemacht",
        text: "Früher Gespeichertes ist sicher. Versuche es noch einmal, und melde es dem Support.",
      },
    },
  },

  toast: { region: "Meldungen", dismiss: "Ausblenden", show: "Zeigen" },

  problem: {
    title: "Das ging nicht",
    known: {
      unreachable: {
        title: "Der Abgleichdienst antwortet nicht",
        text: "Gespeichertes ist auf diesem Rechner sicher. Es wird von selbst erneut versucht.",
      },
      unauthorized: {
        title: "Der Abgleichdienst nimmt diese Seite nicht an",
        text: "Vielleicht wurde er neu gestartet. Öffne die App noch einmal.",
      },
      "database-locked": {
        title: "Ein anderes Programm benutzt die Datenbank",
        text: "Es wurde nichts geändert. Versuche es gleich noch einmal.",
      },
      "needs-cloud": {
        title: "Das braucht die Cloud, und die ist gerade nicht erreichbar",
        text: "Es wurde nichts geändert. Versuche es noch einmal, wenn die Verbindung wieder da ist.",
      },
      "would-wait": {
        title: "Das müsste warten",
        text: "Es wurde nichts geändert. Davor braucht etwas deine Entscheidung oder wird später erneut versucht. Versuche es danach noch einmal.",
      },
      standby: {
        title: "Ein anderer Dienst arbeitet an dieser Datenbank",
        text: "Es wurde nichts geändert. Arbeite dort, oder beende ihn und versuche es hier noch einmal.",
      },
      "disk-full": {
        title: "Die Festplatte ist voll",
        text: "Früher Gespeichertes ist sicher. Schaffe Platz und versuche es noch einmal.",
      },
      "read-only": {
        title: "Die Datenbank darf nicht beschrieben werden",
        text: "Früher Gespeichertes ist sicher und lesbar. Es wurde nichts geändert.",
      },
      "disk-error": {
        title: "Die Festplatte versagt",
        text: "Früher Gespeichertes bleibt, soweit sie es erlaubt. Mach eine Kopie und lass sie prüfen.",
      },
      corrupt: {
        title: "Die Datenbankdatei ist beschädigt",
        text: "Es wurde nichts geändert. Lass die Datei, wie sie ist, und frage den Support.",
      },
      "database-closed": {
        title: "Die Datenbank ist gerade nicht benutzbar",
        text: "Es wurde nichts geändert. Der Dienst versucht jede Sekunde, sie wieder zu öffnen.",
      },
      "not-supported": {
        title: "Der Abgleichdienst ist dafür zu alt",
        text: "Es wurde nichts geändert. Aktualisiere den Dienst.",
      },
      "already-resolved": {
        title: "Das ist schon entschieden",
        text: "Jemand war schneller, vielleicht in einem anderen Fenster. Es wurde nichts geändert.",
      },
      "already-closed": {
        title: "Das ist schon erledigt",
        text: "Es wurde nichts geändert.",
      },
      "moved-on": {
        title: "Die Fassung der Cloud hat sich noch einmal geändert",
        text: "Es wurde nichts gesendet. Sieh dir die neueste an und entscheide noch einmal.",
      },
      "unknown-entry": {
        title: "Diesen Eintrag gibt es hier nicht mehr",
        text: "Es wurde nichts geändert.",
      },
      "being-discarded": {
        title: "Das wird gerade verworfen",
        text: "Es wurde nichts geändert. Warte, bis die Cloud es bestätigt hat.",
      },
      "outside-scope": {
        title: "Dieser Datensatz wird auf diesem Rechner nicht geführt",
        text: "Es wurde nichts gespeichert. Er lässt sich dort ändern, wo er geführt wird.",
      },
    },
  },
};
