// @slipway/react: hooks and components over a SyncClient. The style sheet is "@slipway/react/styles.css".

export { ConflictWorkbench } from "./conflict/conflict-workbench.js";
export { type Capability, useCapability } from "./hooks/use-capability.js";
export {
  type Entities,
  type EntityRow,
  type EntityState,
  useDataTick,
  useEntities,
  useEntity,
} from "./hooks/use-entities.js";
export { type Loaded, useLoaded } from "./hooks/use-loaded.js";
export { type Mutations, type MutationState, useMutation } from "./hooks/use-mutation.js";
export { type Queue, useConflicts, useEntry, useQueue } from "./hooks/use-queue.js";
export { type SyncState, useSyncStatus } from "./hooks/use-sync-status.js";
export { useNow, useSettled } from "./hooks/use-time.js";
export { type Panel, type PanelView, usePanel } from "./panel/panel-state.js";
export { SyncPanel } from "./panel/sync-panel.js";
export type { Presentation, ValueContext } from "./present/presentation.js";
export { RowName, useRowValues, Value } from "./present/value.js";
export { SyncProvider } from "./provider.js";
export { SyncSettings } from "./settings/sync-settings.js";
export type { BadgeKind, Tone } from "./status/badge-state.js";
export {
  OfflineBanner,
  OfflineSwitch,
  type SimulateOffline,
  useSimulateOffline,
} from "./status/offline-banner.js";
export { RowMark } from "./status/row-mark.js";
export { SyncBadge } from "./status/sync-badge.js";
export type { LinkHealth } from "./store/store.js";
export { de } from "./texts/de.js";
export { en, type Texts } from "./texts/en.js";
export { ActionButton } from "./ui/action-button.js";
export { ProblemLine, problemWords } from "./ui/problem.js";
export { type Toast, useToast } from "./ui/toast.js";
export { useCapabilities, useSync } from "./context.js";
