// What jsdom lacks: the size of things, and modal dialogs.

import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: { configurable: true, get: () => 640 },
  offsetWidth: { configurable: true, get: () => 480 },
  clientHeight: { configurable: true, get: () => 640 },
});
HTMLElement.prototype.scrollTo = function scrollTo(this: HTMLElement, options?: unknown) {
  this.scrollTop = (options as ScrollToOptions | undefined)?.top ?? 0;
  this.dispatchEvent(new Event("scroll"));
};

HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
  this.querySelector<HTMLElement>("[autofocus], button, input")?.focus();
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};

configure({ asyncUtilTimeout: 60_000 }); // a busy machine is no failure

afterEach(() => {
  cleanup();
  vi.restoreAllMocks(); // also of a test that failed
});
