// The conflict workbench: before, yours and the cloud's beside each other, only where they differ; a
// choice per field; the result before it is sent; ten seconds to take it back.

import type { EntryDetail } from "@slipway/client";
import { useSnapshot, useSync } from "../context.js";
import { useConflicts, useEntry } from "../hooks/use-queue.js";
import { entityName } from "../present/presentation.js";
import { RowName } from "../present/value.js";
import { Button, IconButton } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { ProblemLine, Skeleton } from "../ui/problem.js";
import { useState } from "react";
import { ChoiceQuestion } from "./choice-question.js";
import { contestOf } from "./contest.js";
import { FieldsQuestion } from "./fields-question.js";

interface ConflictWorkbenchProps {
  entryId: number;
  onClose: () => void;
}

export function ConflictWorkbench({ entryId, onClose }: ConflictWorkbenchProps) {
  const [id, setId] = useState(entryId);
  return <Workbench key={id} id={id} onShow={setId} onClose={onClose} />;
}

interface WorkbenchProps {
  id: number;
  onShow: (id: number) => void;
  onClose: () => void;
}

function Workbench({ id, onShow, onClose }: WorkbenchProps) {
  const { texts } = useSync();
  const { data, problem, reload } = useEntry(id);
  if (data === null) {
    return (
      <Dialog
        wide
        title={texts.conflict.title}
        onClose={onClose}
        actions={<Button onClick={onClose}>{texts.close}</Button>}
      >
        {problem === null ? (
          <Skeleton lines={6} />
        ) : (
          <ProblemLine problem={problem} retry={reload} />
        )}
      </Dialog>
    );
  }
  const contest = data.status === "CONFLICT" ? contestOf(data) : null;
  if (contest === null) {
    return (
      <Dialog
        wide
        title={<Title entry={data} onShow={onShow} />}
        onClose={onClose}
        actions={<Button onClick={onClose}>{texts.close}</Button>}
      >
        <p role="status">{texts.conflict.resolved}</p>
      </Dialog>
    );
  }
  const props = {
    entry: data,
    contest,
    onClose,
    onShow,
    title: <Title entry={data} onShow={onShow} />,
  };
  // A version that came while one was looking is a new question.
  const version = contest.seen === null ? "none" : `${contest.seen.seq} ${contest.seen.salt}`;
  return contest.question === "fields" ? (
    <FieldsQuestion key={version} {...props} />
  ) : (
    <ChoiceQuestion key={version} {...props} />
  );
}

function Title({ entry, onShow }: { entry: EntryDetail; onShow: (id: number) => void }) {
  const { texts, present } = useSync();
  return (
    <span className="sw-workbench-title">
      <span>
        {texts.conflict.title}: {entityName(present, entry.entityType)}{" "}
        <RowName entityType={entry.entityType} entityId={entry.entityId} known={entry.payload} />
      </span>
      <Neighbours id={entry.id} onShow={onShow} />
    </span>
  );
}

/** The other conflicts, so that several can be decided in one go. */
function Neighbours({ id, onShow }: { id: number; onShow: (id: number) => void }) {
  const { texts } = useSync();
  const { decisions } = useSnapshot();
  const { entries } = useConflicts({ limit: 200 });
  const decided = new Set(decisions.map(({ entryId }) => entryId));
  const ids = entries
    .map((entry) => entry.id)
    .filter((other) => other === id || !decided.has(other));
  const at = ids.indexOf(id);
  if (ids.length < 2 || at < 0) return null;
  const [previous, next] = [ids[at - 1], ids[at + 1]];
  return (
    <span className="sw-neighbours">
      <IconButton
        icon="back"
        label={texts.conflict.previous}
        disabled={previous === undefined}
        onClick={() => previous !== undefined && onShow(previous)}
      />
      <span>{texts.conflict.counter(at + 1, ids.length)}</span>
      <IconButton
        icon="forward"
        label={texts.conflict.next}
        disabled={next === undefined}
        onClick={() => next !== undefined && onShow(next)}
      />
    </span>
  );
}
