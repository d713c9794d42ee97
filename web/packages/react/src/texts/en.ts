// Every word that the components show, in English. Another language is an object of the same type.

import type { ConflictReason, EntryStatus, Op, RowState, WhyCode } from "@slipway/client";

const plain = new Intl.NumberFormat("en");
const count = (number: number, one: string, many: string) =>
  `${plain.format(number)} ${number === 1 ? one : many}`;
const changes = (number: number) => count(number, "change", "changes");

export interface Problem {
  title: string;
  text: string;
}

export const en = {
  yes: "Yes",
  no: "No",
  empty: "empty",
  bytes: (number: number) => count(number, "byte", "bytes"),
  close: "Close",
  cancel: "Cancel",
  back: "Back",
  loading: "Loading",
  tryAgain: "Try again",

  badge: {
    open: "Open the sync panel",
    starting: "Connecting",
    serviceLost: "Service stopped",
    refused: "Key not accepted",
    signedOut: "Sign in again",
    upgradeNeeded: "Update needed",
    otherCloud: "Another cloud",
    standby: "Standing by",
    needsYou: (number: number) =>
      number === 1 ? "1 needs you" : `${plain.format(number)} need you`,
    paused: (waiting: number) =>
      waiting === 0 ? "Paused" : `Paused, ${plain.format(waiting)} waiting`,
    offline: (waiting: number) =>
      waiting === 0 ? "Offline" : `Offline, ${plain.format(waiting)} waiting`,
    syncing: (done: number, total: number) =>
      `Syncing ${plain.format(done)}/${plain.format(total)}`,
    filling: (done: number, total: number) =>
      total === 0 ? "Fetching rows" : `Fetching rows ${plain.format(done)}/${plain.format(total)}`,
    syncingSome: (waiting: number) => `Syncing ${plain.format(waiting)}`,
    historyChanged: "Comparing with the cloud",
    probing: "Reaching the cloud",
    busy: "Cloud is busy",
    synced: "Synced",
    lastSynced: (when: string) => `Last synced ${when}`,
    neverSynced: "Not synced yet",
  },

  banner: {
    label: "Connection",
    title: "You are offline.",
    titleSimulated: "Offline is being simulated.",
    works: "Everything you save is kept on this computer and goes out by itself later.",
    doesNot: "Changes from colleagues arrive once you are back online.",
    needsCloud: (actions: string) => `Not possible until then: ${actions}.`,
    signedOut: "The cloud does not accept this computer’s sign-in any more.",
    signedOutText: "What you save is kept here and goes out once you have signed in again.",
    upgradeNeeded: "This program is too old for the cloud.",
    upgradeNeededText: "What you save is kept here and goes out after the update.",
    otherCloud: "Another cloud answers than the one this computer was synced with.",
    otherCloudText: "Nothing is sent to it until you decide. What you save is kept here.",
    filling: "Everything is being fetched from the cloud.",
    fillingText: (done: number, total: number) =>
      total === 0
        ? "What you save is kept here and goes out afterwards."
        : `${plain.format(done)} of ${count(total, "row", "rows")} so far. What you save is kept here and goes out afterwards.`,
    standby: "Another service works on this computer’s database.",
    standbyText: "Here you can look, and save again once it has ended or its lease has run out.",
    serviceLost: "The sync service stopped answering.",
    serviceLostText: "What you saved is safe on this computer; what you see may be out of date.",
    goOnline: "Go online",
    simulate: "Simulate offline",
  },

  row: {
    synced: "Synced",
    waiting: "Waiting",
    "needs-you": "Needs you",
    "local-only": "Only here",
    quarantined: "Set aside",
  } satisfies Record<RowState, string> as Record<RowState, string>,

  needsCloudNow: "This needs the cloud, and the cloud cannot be reached now.",

  panel: {
    title: "Sync",
    close: "Close the sync panel",
    now: "Sync now",
    pause: "Pause",
    resume: "Resume",
    settings: "Settings",
    cloud: "Cloud",
    device: "This computer",
    search: "Search entries",
    entityType: "Kind",
    everything: "Everything",
    show: "Show",
    sections: { all: "All", "needs-you": "Needs you", waiting: "Waiting", recent: "Recent" },
    nothing: {
      "needs-you": "Nothing needs you.",
      waiting: "Nothing waits. Everything you saved has reached the cloud.",
      waitingButParked: "Nothing waits but what needs you.",
      recent: "Nothing has been sent from here yet.",
      filtered: "Nothing matches.",
    },
    progress: (done: number, total: number) =>
      `${plain.format(done)} of ${plain.format(total)} sent`,
    pace: (perSecond: string, left: string) => `${perSecond} a second, ${left} left`,
    held: (number: number) => `${changes(number)} held back behind an entry that needs you`,
    retryAll: "Try all again",
    lost: (number: number) =>
      `${count(number, "record is", "records are")} not at the cloud any more as you saw ${number === 1 ? "it" : "them"}`,
    lostShow: "Look",
  },

  entry: {
    op: { create: "created", update: "changed", delete: "deleted" } satisfies Record<
      Op,
      string
    > as Record<Op, string>,
    status: {
      PENDING: "Waiting",
      PROCESSING: "Being sent",
      CONFLICT: "Conflict",
      ERROR: "Not accepted",
      DISCARDING: "Being discarded",
      SUCCESS: "Synced",
      DISCARDED: "Discarded",
    } satisfies Record<EntryStatus, string> as Record<EntryStatus, string>,
    why: {
      ready: "Goes out next",
      sending: "Being sent",
      offline: "Waits for the connection",
      paused: "Syncing is paused",
      "signed-out": "Waits until you sign in again",
      "upgrade-needed": "Waits for an update of this program",
      "history-changed": "Waits while the cloud’s past is compared",
      "other-cloud": "Waits: another cloud answers, you decide",
      standby: "Another program on this computer does the syncing",
      backoff: "Tried again soon",
      behind: "Waits for another entry",
      conflict: "Changed elsewhere too: you decide",
      error: "Not accepted: you decide",
      discarding: "Being discarded; waits for the cloud’s word",
    } satisfies Record<WhyCode, string> as Record<string, string>,
    behind: (id: number) => `Waits for #${id}`,
    heldBehind: (id: number) => `Held behind #${id}, which needs you`,
    holds: (number: number) => `${changes(number)} ${number === 1 ? "waits" : "wait"} behind it`,
    nextTry: (wait: string) => `next try in ${wait}`,
    attempts: (number: number) => (number === 1 ? "tried once" : `tried ${number} times`),
    group: (size: number) => `one of ${size} that go together`,
    decided: (label: string, seconds: number) => `${label}: goes out in ${seconds} s`,
    sendingDecision: (label: string) => `${label}: going out`,
    decide: "Decide",
    retry: "Try again",
    discard: "Discard",
    undo: "Undo",
    sendNow: "Send now",
    details: "Details",
    changes: "What changed",
    before: "Before",
    after: "After",
    written: "What was written",
    carried: "Taken over from the deleted record",
    more: (number: number) => `and ${count(number, "field", "fields")} more`,
    timeline: "Attempts",
    noAttempts: "Not sent yet.",
    attempt: { write: "Sent", void: "Withdrawn" },
    given: "Given by the cloud",
    facts: "For support",
    goTo: (id: number) => `Show #${id}`,
    openRecord: "Open the record",
    gone: "This entry is not here any more.",
  },

  outcomes: {
    applied: "accepted",
    merged: "accepted and merged",
    conflict: "changed elsewhere too",
    rejected: "not accepted",
    voided: "taken back",
    blocked: "waits for another entry",
    deferred: "put off by the cloud",
    expired: "judged before",
    unreachable: "the cloud could not be reached",
    busy: "the cloud was busy",
    "signed-out": "the sign-in was not accepted",
    forbidden: "not allowed",
    invalid: "not accepted",
    "": "no answer was noted",
  } as Record<string, string>,

  discard: {
    title: "Discard this change?",
    titleMany: (number: number) => `Discard ${changes(number)}?`,
    intro: "Nothing has been dropped yet. This would go:",
    dependants: "These cannot live without it and would go along:",
    rows: "Afterwards this computer shows:",
    rowGone: "gone from this computer",
    rowBack: "goes back to",
    rowSame: "stays as it is",
    confirm: (number: number) => (number === 1 ? "Discard it" : `Discard all ${number}`),
    keep: "Keep it",
    done: (number: number) => `${changes(number)} discarded`,
    sentAlready: "It was sent already: it goes once the cloud has confirmed.",
  },
  retry: {
    done: "It is tried again",
    allTitle: (number: number) => `Try ${changes(number)} again?`,
    allText: "They were not accepted. Each is sent again as it is, in its old place.",
    conflictsStay: (number: number) =>
      `${count(number, "conflict is", "conflicts are")} not among them: those need a decision each.`,
    allConfirm: "Try them again",
    allProgress: (done: number, total: number) => `${done} of ${total}`,
    allDone: (number: number) => `${changes(number)} tried again`,
    allFailed: (number: number) => `${changes(number)} could not be tried again`,
    stop: "Stop",
  },
  outcome: {
    happened: "It took effect",
    didNot: "It did not",
    done: "Noted",
    whichId: {
      title: "Which id does it have there?",
      intro:
        "Other changes wait for it, and can go out only under the id that it was given there. A number that is a text there goes in quotes.",
      label: "Its id there",
    },
  },
  undo: {
    title: "Undo this?",
    intro: "A new change would be written that brings back what was before:",
    confirm: "Undo it",
    done: "Undone",
    takenBack: "Taken back. Nothing was sent.",
    bar: (seconds: number) => `Goes out in ${seconds} s`,
  },

  conflict: {
    title: "Two versions",
    counter: (at: number, of: number) => `${at} of ${of}`,
    previous: "Previous conflict",
    next: "Next conflict",
    before: "Before",
    yours: "Yours",
    cloud: "Cloud",
    suggestion: "Suggestion",
    other: "Other value",
    otherFor: (field: string) => `Another value for ${field}`,
    result: "Result",
    deleted: "deleted",
    by: (who: string | null, when: string | null) =>
      [who ?? "Somebody else", when].filter((part) => part !== null).join(", "),
    somebody: "Somebody else",
    undecided: "not decided",
    undecidedLeft: (number: number) => `${count(number, "field is", "fields are")} not decided yet`,
    keepMine: "Keep mine",
    takeTheirs: "Take theirs",
    merge: "Merge",
    mergeHint: "Takes the suggestions",
    alsoYours: (number: number) =>
      `You changed ${count(number, "more field", "more fields")} that nobody else did`,
    unchanged: (number: number) => `${count(number, "field", "fields")} without a difference`,
    nothingLeft: "Nothing of your change remains: it is discarded, and the cloud’s version stays.",
    willSend: "This is sent:",
    send: "Send this",
    sendHint: "Ctrl+Enter",
    discard: "Discard my change",
    movedOn: "The cloud’s version has changed once more since. The newest is shown.",
    movedOnWhileOpen:
      "It changed again while you were looking. What you see now is the newest; decide once more.",
    resolved: "This was decided elsewhere meanwhile. There is nothing left to do.",
    checking: "Checking",
    alsoGoes: (number: number) => `${changes(number)} that cannot live without it would go along.`,
    groupMates: (number: number) =>
      `${changes(number)} that go together with it are sent again, too.`,
    suggestions: {
      sum: "both differences added",
      union: "both lists together",
      text: "both texts merged",
      object: "both changes together",
      max: "the larger one",
      min: "the smaller one",
    },
    reasons: {
      changed: (who: string) =>
        `${who} changed the same before yours arrived. Nothing was overwritten: both versions are kept.`,
      deleted: (who: string) =>
        `${who} deleted this record before your change arrived. Your change is kept here.`,
      "already-exists": () =>
        "The cloud already has a record with this id and other values. Yours is kept here.",
      "re-created": (who: string) =>
        `${who} deleted this record and made it anew. Your change was meant for the old one and is kept here.`,
      "reference-missing": () =>
        "This refers to a record that the cloud does not have (any more). Your change is kept here.",
      "has-children": () => "It cannot be deleted at the cloud: other records still refer to it.",
      "superseded-applied": () =>
        "An earlier version of this change had reached the cloud after all, although no answer came. Yours is kept here.",
      "schema-changed": () =>
        "This program's tables have changed since this was written. It was not sent, and is kept here.",
      group: () =>
        "Another change that goes together with this one could not be applied, so this one waits too.",
    } satisfies Record<ConflictReason, (who: string) => string> as Record<
      ConflictReason,
      (who: string) => string
    >,
    choices: {
      recreate: "Make it again",
      recreateText: "The record comes back with its last values and your change.",
      letGo: "Let it go",
      letGoText: "The record stays deleted, and your change is discarded.",
      deleteAnyway: "Delete it anyway",
      deleteAnywayText: "The other version is deleted, too.",
      keepRecord: "Keep the record",
      keepRecordText: "Your deletion is discarded, and the cloud’s version stays.",
      again: "Try again",
      againText: "For when what stood in the way has been put right.",
      discardAll: "Discard",
      discardAllText: "Your change is dropped, and the cloud’s version stays.",
      culprit: "Show what stands in the way",
    },
    decided: {
      mine: "Keep mine",
      theirs: "Take theirs",
      merged: "Merged",
      discard: "Discard",
      retry: "Try again",
    },
  },

  lost: {
    title: "Not at the cloud as you saw it",
    intro:
      "The cloud was set back to an older state, or had these records otherwise when this computer first met it. Your own changes are offered to it by themselves; what else you saw in these records is not there.",
    was: "was",
    isNow: "is now",
    deleted: "deleted",
    absent: "not there",
    restore: "Write it again",
    dismiss: "Leave it",
    restored: "It is written again",
    dismissed: "Taken off the list",
    nothing: "Nothing is missing.",
  },
  otherCloud: {
    title: "Another cloud answers",
    text: "This computer was synced with one cloud, and at its address another one answers. If your cloud was set up anew, or has moved, join it: what it does not have of what was written on this computer is sent to it. If not, something is wrong with the address: join nothing, and ask.",
    tenant: "It says that it belongs to",
    look: "Decide",
    join: "Join this cloud",
    joined: "Joined. What is written here goes there from now on.",
    leave: "Not now",
  },

  settings: {
    title: "Settings",
    cloud: "Cloud",
    address: "Address",
    signIn: "Sign-in",
    signedIn: (device: string) => `Signed in as ${device}`,
    notSignedIn: "Not signed in",
    fixed: "Set where the service is started.",
    test: "Test connection",
    testing: "Asking the cloud",
    tested: {
      online: "The cloud answers, and accepts this computer.",
      offline: "The cloud cannot be reached.",
      simulated: "Offline is being simulated: switch that off first.",
      paused: "Syncing is paused: resume it first.",
      "signed-out": "The cloud answers, but does not accept the sign-in.",
      "upgrade-needed": "The cloud answers, but this program is too old for it.",
      busy: "The cloud answers that it is busy.",
      "history-changed": "The cloud answers, but it is not as this computer knows it.",
      "other-cloud": "Another cloud answers than the one this computer knows.",
      standby: "Another program on this computer does the syncing.",
      silent: "No result within 20 seconds.",
    },
    timing: "Timing",
    interval: "Ask for colleagues’ changes every",
    backoffBase: "First wait after a failure",
    backoffMax: "Longest wait after failures",
    attemptsMax: "Attempts before an entry needs you",
    seconds: "seconds",
    logPayloads: "Write field values into the log",
    logPayloadsText: "Off: the log names entries, not what is in them.",
    policies: "Conflicts",
    policy: {
      manual: "you decide",
      server: "the cloud’s value stays",
      client: "the last to arrive wins",
      sum: "differences are added",
      max: "the larger value stays",
      min: "the smaller value stays",
      union: "lists are joined",
    } as Record<string, string>,
    live: "Colleagues’ changes arrive at once.",
    notLive: "Colleagues’ changes are asked for at the interval below.",
    unsynced: "Not synced",
    save: "Save",
    saved: "Settings saved",
    outOfRange: (least: string, most: string) => `Between ${least} and ${most}`,
  },

  /** What the service says itself, by its codes. It says it in English, so there is nothing here. */
  said: {
    reasons: {} as Record<string, string>,
    outcomes: {} as Record<string, string>,
    unsynced: {} as Record<string, string>,
    problems: {} as Record<string, Problem>,
  },

  toast: { region: "Messages", dismiss: "Dismiss", show: "Show" },

  problem: {
    title: "That did not work",
    known: {
      unreachable: {
        title: "The sync service does not answer",
        text: "What you saved is safe on this computer. It is tried again by itself.",
      },
      unauthorized: {
        title: "The sync service does not accept this page",
        text: "It may have been started anew. Open the app again.",
      },
      "database-locked": {
        title: "The database is in use by another program",
        text: "Nothing was changed. Try again in a moment.",
      },
      "needs-cloud": {
        title: "This needs the cloud, and the cloud cannot be reached now",
        text: "Nothing was changed. Try again when the connection is back.",
      },
      "would-wait": {
        title: "This would have to wait",
        text: "Nothing was changed. Something before it needs your decision, or is tried again later. Then try again.",
      },
      standby: {
        title: "Another service works on this database",
        text: "Nothing was changed. Work there, or end it and try again here.",
      },
      "disk-full": {
        title: "The disk is full",
        text: "What you saved before is safe. Make room, then try again.",
      },
      "read-only": {
        title: "The database may not be written",
        text: "What you saved before is safe, and can be read. Nothing was changed.",
      },
      "disk-error": {
        title: "The disk failed",
        text: "What you saved before is kept as far as the disk allows. Make a copy, then look at the disk.",
      },
      corrupt: {
        title: "The database file is damaged",
        text: "Nothing was changed. Keep the file as it is, and ask support.",
      },
      "database-closed": {
        title: "The database cannot be used now",
        text: "Nothing was changed. The service tries to open it again every second.",
      },
      "not-supported": {
        title: "The sync service is too old for this",
        text: "Nothing was changed. Update the service.",
      },
      "already-resolved": {
        title: "This was decided already",
        text: "Somebody else was faster, perhaps in another window. Nothing was changed.",
      },
      "already-closed": {
        title: "This is settled already",
        text: "Nothing was changed.",
      },
      "moved-on": {
        title: "The cloud’s version has changed once more",
        text: "Nothing was sent. Look at the newest version and decide again.",
      },
      "unknown-entry": { title: "This entry is not here any more", text: "Nothing was changed." },
      "being-discarded": {
        title: "This is being discarded",
        text: "Nothing was changed. Wait until the cloud has confirmed.",
      },
      "outside-scope": {
        title: "This record is not kept on this computer",
        text: "Nothing was saved. It can be changed where it is kept.",
      },
    } as Record<string, Problem>,
  },
};

export type Texts = typeof en;
