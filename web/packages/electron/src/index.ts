// @slipway/electron: the main process' side. Every function takes the parts of Electron that it uses, so
// that it can be tested without Electron.

export { channels, type Network, type Shell } from "./channels.js";
export { type Connectivity, watchConnectivity } from "./connectivity.js";
export { handOver, type HandOverOptions } from "./hand-over.js";
export { createLog, type Log, type LogLevel, type LogOptions } from "./log.js";
export {
  guardQuit,
  leaveButton,
  type QuitGuard,
  type QuitGuardOptions,
  unsavedBox,
} from "./quit-guard.js";
export { type Connection } from "./service-process.js";
export { createService, type Service, type ServiceOptions, type ServiceState } from "./service.js";
export { isFirstInstance } from "./single-instance.js";
export { keepWindowState, type WindowState } from "./window-state.js";
