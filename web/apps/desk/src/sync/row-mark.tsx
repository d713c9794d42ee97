// A row's own state: nothing loud when synced, a dot while waiting, a mark when it needs the user.

import type { RowState } from "@slipway/client";
import { texts } from "../texts";
import { Icon, type IconName } from "../ui/icons";

const icons: Record<RowState, IconName | null> = {
  synced: "check",
  waiting: null, // a plain dot, drawn by the style sheet
  "needs-you": "alert",
  "local-only": "ring",
  quarantined: "shield",
};

export function RowMark({ state }: { state: RowState }) {
  const icon = icons[state];
  const label = texts.row[state] ?? state;
  return (
    <span className={`row-mark row-${state}`} title={label}>
      {icon === null ? (
        <span className="row-dot" aria-hidden="true" />
      ) : (
        <Icon name={icon} size={15} />
      )}
      <span className="row-mark-words">{label}</span>
    </span>
  );
}
