// The form of one record. Saving writes to this computer and returns at once; the network is
// somebody else's business.

import {
  asProblem,
  type Mutation,
  newId,
  type Op,
  type Row,
  type SyncProblem,
} from "@slipway/client";
import { problemWords, RowMark, useCapabilities, useSync, useToast } from "@slipway/react";
import { type FormEvent, useMemo, useState } from "react";
import { useUnsaved } from "../app/leaving";
import { addressOf } from "../app/routes";
import { type EntityDefinition, numberOf, totalOf } from "../freight/entities";
import { toStoredTime } from "../freight/format";
import { actionFor, createMutation, lineMutations, updateMutation } from "../freight/mutations";
import { faultsOf } from "../freight/rules";
import { showValue } from "../freight/show";
import { texts } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { ProblemLine } from "../ui/states";
import { Documents } from "./documents";
import { FieldRow } from "./field";
import { LineEditor } from "./line-editor";
import { NextSteps } from "./next-steps";
import { Related } from "./related";
import { createSaver } from "./save";
import { type Draft, type Stored, useDraft } from "./use-draft";
import { useLeave } from "./use-leave";

interface RecordFormProps {
  definition: EntityDefinition;
  row: Row | null;
  stored: Stored;
  onOpenPanel: () => void;
}

function mutationsOf(
  definition: EntityDefinition,
  id: string,
  isNew: boolean,
  draft: Draft,
  action: (entityType: string, op: Op) => string,
): Mutation[] {
  const { entityType } = definition;
  const withLines = entityType === "Invoice";
  const total = withLines ? { totalMinor: totalOf(draft.lines) } : {};
  const values = { ...draft.values, ...total };
  const base = {
    ...draft.base.values,
    ...(withLines ? { totalMinor: totalOf(draft.base.lines) } : {}),
  };
  const main = isNew
    ? createMutation(entityType, id, values, action(entityType, "create"), toStoredTime(new Date()))
    : updateMutation(entityType, id, base, values, action(entityType, "update"));
  const lines = withLines
    ? lineMutations(id, draft.base.lines, draft.lines, (op) => action("InvoiceLine", op))
    : [];
  return main === null ? lines : [main, ...lines];
}

export function RecordForm({ definition, row, stored, onOpenPanel }: RecordFormProps) {
  const { client, texts: sync } = useSync();
  const { entityType } = definition;
  const toast = useToast();
  const leave = useLeave();
  const capabilities = useCapabilities();
  const draft = useDraft(stored);
  const [id] = useState(() => row?.entityId ?? newId());
  const [busy, setBusy] = useState(false);
  const [showsFaults, setShowsFaults] = useState(false);
  const [problem, setProblem] = useState<SyncProblem | null>(null);
  const [asking, setAsking] = useState(false);
  const save = useMemo(() => createSaver(client), [client]);
  const action = (type: string, op: Op) => actionFor(type, op, capabilities);
  const what = texts.entity[entityType] ?? entityType;
  const label = numberOf(entityType, id, row?.values ?? null);
  const faults = faultsOf(definition, draft.values);
  useUnsaved(draft.changes > 0, busy);
  const linesFaulty = draft.lines.some((line) => line.description.trim() === "");

  const send = async (mutations: Mutation[], done: string) => {
    setBusy(true);
    setProblem(null);
    try {
      await save(mutations);
      toast({ text: done });
      leave.to(addressOf(entityType));
    } catch (error) {
      const why = asProblem(error);
      setProblem(why);
      setBusy(false);
      setAsking(false);
      if (!leave.isHere()) {
        const { title, text } = problemWords(why, sync);
        toast({
          text: `${texts.problem.notSaved}: ${label.label}. ${title}. ${text}`,
          tone: "bad",
          shownMs: null,
        });
      }
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setShowsFaults(true);
    const form = event.currentTarget as HTMLFormElement;
    // An amount that is none is known to its input alone.
    const firstFault = () => form.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (faults.size > 0 || linesFaulty || firstFault() !== null) {
      requestAnimationFrame(() => firstFault()?.focus());
      return;
    }
    const mutations = mutationsOf(definition, id, row === null, draft, action);
    void send(mutations, texts.form.saved(label.label));
  };
  const onRemove = () => {
    const mutation = {
      entityType,
      entityId: id,
      action: action(entityType, "delete"),
      payload: {},
    };
    void send([mutation], texts.form.removed(label.label));
  };
  const problemOf = (name: string) => {
    const fault = faults.get(name);
    if (showsFaults && fault !== undefined) return texts.form.faults[fault];
    return problem?.field === `payload.${name}` ? problem.message : null;
  };

  return (
    <form className="screen record" aria-labelledby="screen-title" onSubmit={onSubmit} noValidate>
      <header className="screen-head">
        <a className="back" href={addressOf(entityType)} aria-label={texts.form.back}>
          <Icon name="left" />
        </a>
        <h1 id="screen-title">
          {row === null ? texts.form.create(what) : what}{" "}
          {row !== null && (
            <span className={label.temporary ? "temporary" : "record-number"}>{label.label}</span>
          )}
        </h1>
        {row !== null && <RowMark state={row.sync.state} />}
        {row !== null && (
          <NextSteps entityType={entityType} row={row} blocked={draft.changes > 0 || busy} />
        )}
      </header>
      {row !== null && <RowNotice row={row} onOpenPanel={onOpenPanel} />}
      {row !== null && <Related entityType={entityType} row={row} />}
      {definition.sections.map((section) => (
        <fieldset className="section" key={section.title}>
          <legend>{texts.form.sections[section.title]}</legend>
          <div className="fields">
            {section.fields.map((field) => (
              <FieldRow
                key={field.name}
                field={field}
                value={draft.values[field.name] ?? null}
                row={draft.values}
                problem={problemOf(field.name)}
                theirs={
                  draft.contested.includes(field.name)
                    ? showValue(field.name, draft.base.values[field.name], draft.base.values)
                    : null
                }
                onChange={(value) => draft.setValue(field.name, value)}
                onTakeTheirs={() => draft.takeTheirs(field.name)}
              />
            ))}
          </div>
        </fieldset>
      ))}
      {entityType === "Invoice" && (
        <LineEditor
          lines={draft.lines}
          currency={String(draft.values["currency"] ?? "EUR")}
          showsFaults={showsFaults}
          onChange={draft.setLines}
        />
      )}
      {entityType === "Shipment" && row !== null && <Documents row={row} />}
      <footer className="form-foot">
        {problem !== null && <ProblemLine problem={problem} prefix={texts.problem.notSaved} />}
        <div className="form-actions">
          <Button
            look="primary"
            type="submit"
            disabled={busy || (row !== null && draft.changes === 0)}
          >
            {busy ? texts.form.saving : texts.form.save}
          </Button>
          <a className="button button-ghost" href={addressOf(entityType)}>
            {texts.form.cancel}
          </a>
          <span className="form-state" role="status">
            {row !== null && draft.changes > 0 && texts.form.changes(draft.changes)}
          </span>
          {row !== null && (
            <Button look="ghost" icon="trash" className="push" onClick={() => setAsking(true)}>
              {texts.form.remove}
            </Button>
          )}
        </div>
      </footer>
      {asking && (
        <Dialog
          title={texts.form.removeTitle(label.label)}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>{texts.form.cancel}</Button>
              <Button look="danger" disabled={busy} onClick={onRemove}>
                {texts.form.remove}
              </Button>
            </>
          }
        >
          <p>{texts.form.removeText}</p>
        </Dialog>
      )}
    </form>
  );
}

function RowNotice({ row, onOpenPanel }: { row: Row; onOpenPanel: () => void }) {
  const { state, entries } = row.sync;
  if (state !== "waiting" && state !== "needs-you") return null;
  return (
    <div className={`notice notice-${state}`}>
      <p>
        {state === "waiting" ? texts.form.rowWaiting(entries.length) : texts.form.rowNeedsYou}{" "}
        <button type="button" className="link" onClick={onOpenPanel}>
          {texts.form.showInPanel}
        </button>
      </p>
    </div>
  );
}
