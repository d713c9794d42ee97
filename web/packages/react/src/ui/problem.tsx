// What went wrong, in the user's language where it is known, else in the service's own words.

import type { SyncProblem } from "@slipway/client";
import { useTexts } from "../context.js";
import type { Problem, Texts } from "../texts/en.js";
import { Button } from "./button.js";
import { Icon } from "./icons.js";

export function problemWords(problem: SyncProblem, texts: Texts): Problem {
  const slug = knownSlug(problem);
  const known = texts.problem.known[slug] ?? texts.said.problems[slug];
  if (known !== undefined) return known;
  return { title: problem.message || texts.problem.title, text: problem.detail };
}

/** An older service does not know a path, where a newer one has an answer. */
function knownSlug({ slug, status }: SyncProblem): string {
  if (status === 401) return "unauthorized";
  return status === 405 || slug === "no-such-path" ? "not-supported" : slug;
}

export function ProblemLine({ problem, retry }: { problem: SyncProblem; retry?: () => void }) {
  const texts = useTexts();
  const { title, text } = problemWords(problem, texts);
  return (
    <div className="sw-problem" role="alert">
      <Icon name="alert" size={16} />
      <p>
        <strong>{title}</strong> {text}
      </p>
      {retry && (
        <Button look="ghost" onClick={retry}>
          {texts.tryAgain}
        </Button>
      )}
    </div>
  );
}

export function Skeleton({ lines }: { lines: number }) {
  const texts = useTexts();
  return (
    <div className="sw-skeleton" role="status" aria-label={texts.loading}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} aria-hidden="true" />
      ))}
    </div>
  );
}
