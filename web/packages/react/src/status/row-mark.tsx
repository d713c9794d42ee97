// A row's own state: nothing loud when synced, a dot while waiting, a mark when it needs the user.

import type { RowState } from "@slipway/client";
import { useTexts } from "../context.js";
import { Icon, type IconName } from "../ui/icons.js";

const icons: Record<RowState, IconName | null> = {
  synced: "check",
  waiting: null, // a plain dot, drawn by the style sheet
  "needs-you": "alert",
  "local-only": "ring",
  quarantined: "shield",
};

/** `compact`: the mark alone, its words for screen readers and on hover. */
export function RowMark({ state, compact = false }: { state: RowState; compact?: boolean }) {
  const texts = useTexts();
  const icon = icons[state];
  return (
    <span className={`sw sw-mark sw-mark-${state}`} title={texts.row[state]}>
      {icon === null ? (
        <span className="sw-dot" aria-hidden="true" />
      ) : (
        <Icon name={icon} size={15} />
      )}
      <span className={compact ? "sw-hidden" : undefined}>{texts.row[state]}</span>
    </span>
  );
}
