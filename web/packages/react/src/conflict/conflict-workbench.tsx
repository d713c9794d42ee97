// The conflict workbench: before, yours and the cloud's beside each other, only where they differ; a
// choice per field; the result before it is sent; ten seconds to take it back.

import { type EntryDetail, entityOf } from "@slipway/client";
import { useState } from "react";
import { useSnapshot, useSync } from "../context.js";
import { useConflicts, useEntry } from "../hooks/use-queue.js";
import { entityName } from "../present/presentation.js";
import { RowName } from "../present/value.js";
import { Button, IconButton } from "../ui/button.js";
import { DialogContent, Modal } from "../ui/dialog.js";
import { ProblemLine, Skeleton } from "../ui/problem.js";
import { ChoiceQuestion } from "./choice-question.js";
import { contestOf } from "./contest.js";
import { FieldsQuestion } from "./fields-question.js";

interface ConflictWorkbenchProps {
  entryId: number;
  onClose: () => void;
}

export function ConflictWorkbench({ entryId, onClose }: ConflictWorkbenchProps) {
  const [id, setId] = useState(entryId);
  return (
    <Modal wide onClose={onClose}>
      <Workbench key={id} id={id} onShow={setId} onClose={onClose} />
    </Modal>
  );
}

interface WorkbenchProps {
  id: number;
  onShow: (id: number) => void;
  onClose: () => void;
}

function Workbench({ id, onShow, onClose }: WorkbenchProps) {
  const { texts } = useSync();
  const { capabilities } = useSnapshot();
  const { data, problem, reload } = useEntry(id);
  const [opened, setOpened] = useState<string | null>(null); // the version that was shown first
  const close = <Button onClick={onClose}>{texts.close}</Button>;
  if (data === null) {
    return (
      <DialogContent title={texts.conflict.title} actions={close}>
        {problem === null ? (
          <Skeleton lines={6} />
        ) : (
          <ProblemLine problem={problem} retry={reload} />
        )}
      </DialogContent>
    );
  }
  const title = <Title entry={data} onShow={onShow} />;
  const entity = entityOf(capabilities, data.entityType);
  const ruleOf = (field: string) => entity?.rules[field] ?? entity?.policy ?? "manual";
  const contest = data.status === "CONFLICT" ? contestOf(data, ruleOf) : null;
  if (contest === null) {
    return (
      <DialogContent key="resolved" title={title} actions={close}>
        <p role="status">{texts.conflict.resolved}</p>
      </DialogContent>
    );
  }
  // A version that comes while one is looking is a new question.
  const version = contest.seen === null ? "none" : `${contest.seen.seq} ${contest.seen.salt}`;
  if (opened === null) setOpened(version);
  const isNewer = opened !== null && opened !== version;
  const question = { entry: data, contest, title, isNewer, onShow, onClose };
  return contest.question === "fields" ? (
    <FieldsQuestion key={version} {...question} />
  ) : (
    <ChoiceQuestion key={version} {...question} />
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
