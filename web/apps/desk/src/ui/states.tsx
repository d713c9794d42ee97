// Designed states for when there is nothing to show: empty, loading, failed.

import type { SyncProblem } from "@slipway/client";
import { problemWords, useSync } from "@slipway/react";
import type { ReactNode } from "react";
import { texts } from "../texts";
import { Button } from "./button";
import { Icon, type IconName } from "./icons";

interface MessageProps {
  icon: IconName;
  title: string;
  tone?: "quiet" | "bad";
  /** The page has no other heading. */
  alone?: boolean;
  children?: ReactNode;
  action?: ReactNode;
}

export function Message({
  icon,
  title,
  tone = "quiet",
  alone = false,
  children,
  action,
}: MessageProps) {
  return (
    <div className={`message message-${tone}`} role={tone === "bad" ? "alert" : undefined}>
      <span className="message-icon">
        <Icon name={icon} size={26} />
      </span>
      {alone ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children && <div className="message-text">{children}</div>}
      {action && <div className="message-action">{action}</div>}
    </div>
  );
}

export function ProblemMessage({ problem, retry }: { problem: SyncProblem; retry?: () => void }) {
  const words = problemWords(problem, useSync().texts);
  return (
    <Message
      icon="alert"
      tone="bad"
      title={words.title || texts.problem.generic}
      action={retry && <Button onClick={retry}>{texts.problem.retry}</Button>}
    >
      <p>{words.text}</p>
    </Message>
  );
}

export function ProblemLine({ problem, prefix }: { problem: SyncProblem; prefix?: string }) {
  const { title, text } = problemWords(problem, useSync().texts);
  return (
    <p className="problem-line" role="alert">
      <Icon name="alert" size={16} />
      <span>
        <strong>{prefix ? `${prefix}: ${title}` : title}</strong> {text}
      </span>
    </p>
  );
}

export function SkeletonRows({ count }: { count: number }) {
  return (
    <div className="skeleton" role="status" aria-label={texts.list.loading}>
      {Array.from({ length: count }, (_, index) => (
        <div className="skeleton-row" key={index} aria-hidden="true">
          <span />
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
