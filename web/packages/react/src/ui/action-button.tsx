// A button for an action that may not be possible now: it stays where it is, says why on hover and
// focus, and can be reached by keyboard and screen reader all the same.

import { type ButtonHTMLAttributes, forwardRef, useId } from "react";
import { useCapability } from "../hooks/use-capability.js";

interface ActionButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** "APPROVE_QUOTE", or an action of the app's own that goes straight to the cloud. */
  action: string;
  entityType?: string;
}

export const ActionButton = forwardRef<HTMLButtonElement, ActionButtonProps>(function ActionButton(
  { action, entityType, onClick, disabled, className = "sw-button sw-plain", children, ...rest },
  ref,
) {
  const { allowed, reason } = useCapability(action, entityType);
  const reasonId = useId();
  return (
    <span className="sw sw-action">
      <button
        ref={ref}
        type="button"
        className={className}
        disabled={disabled}
        aria-disabled={!allowed}
        aria-describedby={reason === null ? undefined : reasonId}
        onClick={(event) => {
          if (allowed) onClick?.(event);
          else event.preventDefault();
        }}
        {...rest}
      >
        {children}
      </button>
      {reason !== null && (
        <span id={reasonId} role="tooltip" className="sw-tooltip">
          {reason}
        </span>
      )}
    </span>
  );
});
