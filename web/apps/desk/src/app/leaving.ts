// Which screen is shown: that of the address, unless a form with unsaved changes would be left by a
// link, the back button or a typed address. Then the form stays, and the user is asked. Closing or
// reloading the page is asked about by the browser.
//
// Each entry of the tab's history is numbered, so that "stay" finds the way back to the form from
// wherever the address has moved.

import { useEffect, useSyncExternalStore } from "react";
import { parseRoute, type Route } from "./routes";

export interface Leaving {
  route: Route;
  /** The address has moved on, and the form waits for a word. */
  isAsking: boolean;
}

interface Place {
  hash: string;
  number: number;
}

interface Tab {
  address: Place;
  /** Where the screen is that is shown. */
  shown: Place;
  leaving: Leaving;
}

const forms = new Map<object, "changed" | "saving">();
const listeners = new Set<() => void>();
let known: Tab | null = null;

/** From the first look on: before it, the token is taken out of the address. */
function tab(): Tab {
  if (known === null) {
    const place = placeOf(0);
    known = {
      address: place,
      shown: place,
      leaving: { route: parseRoute(place.hash), isAsking: false },
    };
  }
  return known;
}

/** The entry of the history that the tab is at; one without a number gets the fresh one. */
function placeOf(fresh: number): Place {
  const state = history.state as { deskPlace?: unknown } | null;
  const { hash } = location;
  if (typeof state?.deskPlace === "number") return { hash, number: state.deskPlace };
  history.replaceState({ ...state, deskPlace: fresh }, "");
  return { hash, number: fresh };
}

function change(part: Partial<Tab>, isAsking: boolean): void {
  const next = { ...tab(), ...part };
  known = { ...next, leaving: { route: parseRoute(next.shown.hash), isAsking } };
  for (const listener of listeners) listener();
}

function onHashChange(): void {
  const { address, shown } = tab();
  const place = placeOf(address.number + 1);
  const isLeft = place.hash !== shown.hash && [...forms.values()].includes("changed");
  if (isLeft) change({ address: place }, true);
  else change({ address: place, shown: place }, false);
}

function onBeforeUnload(event: BeforeUnloadEvent): void {
  if (forms.size > 0) event.preventDefault();
}

function subscribe(changed: () => void): () => void {
  if (listeners.size === 0) {
    window.addEventListener("hashchange", onHashChange);
    window.addEventListener("beforeunload", onBeforeUnload);
  }
  listeners.add(changed);
  return () => {
    listeners.delete(changed);
    if (listeners.size > 0) return;
    window.removeEventListener("hashchange", onHashChange);
    window.removeEventListener("beforeunload", onBeforeUnload);
  };
}

export function useLeaving(): Leaving {
  return useSyncExternalStore(subscribe, () => tab().leaving);
}

/** The address that was asked about is shown; what was not saved is gone. */
export function leave(): void {
  change({ shown: tab().address }, false);
}

/** Back to the form, and its address with it. */
export function stay(): void {
  const { address, shown } = tab();
  change({}, false);
  if (address.number !== shown.number) history.go(shown.number - address.number);
}

let tellShell: (has: boolean) => void = () => undefined;

/** Hears whether there is something to lose, now and with each change. */
export function onUnsaved(listener: (has: boolean) => void): void {
  tellShell = listener;
  listener(forms.size > 0);
}

/** A form is asked about while it has changes; what is being saved may be left, not unloaded. */
export function useUnsaved(hasChanges: boolean, isSaving: boolean): void {
  const state = isSaving ? "saving" : hasChanges ? "changed" : null;
  useEffect(() => {
    if (state === null) return;
    const form = {};
    forms.set(form, state);
    tellShell(true);
    return () => {
      forms.delete(form);
      tellShell(forms.size > 0);
    };
  }, [state]);
}
