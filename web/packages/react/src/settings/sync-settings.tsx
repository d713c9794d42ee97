// Settings of the service, as far as they can be changed while it runs, and a test of the connection
// that says what is wrong.

import { asProblem, type Settings, type SyncProblem } from "@slipway/client";
import { type FormEvent, useState } from "react";
import { useSnapshot, useSync } from "../context.js";
import { useLoaded } from "../hooks/use-loaded.js";
import { entityName, fieldName } from "../present/presentation.js";
import { SaidText, unsyncedSaid } from "../present/said.js";
import { Front } from "../panel/front.js";
import { Button } from "../ui/button.js";
import { ProblemLine, Skeleton } from "../ui/problem.js";
import { useToast } from "../ui/toast.js";
import { ConnectionTest } from "./connection-test.js";
import { type Draft, draftOf, settingOf, type TimingName, timings } from "./settings-draft.js";

/** On a page of the app's own; within the panel it is reached by a button. */
export function SyncSettings({ className = "" }: { className?: string }) {
  return (
    <div className={`sw sw-settings ${className}`}>
      <SettingsContent />
    </div>
  );
}

export function SettingsView({ onBack }: { onBack: () => void }) {
  const { texts } = useSync();
  return (
    <Front label={texts.settings.title} title={texts.settings.title} onBack={onBack}>
      <SettingsContent />
    </Front>
  );
}

function SettingsContent() {
  const { client } = useSync();
  const { link } = useSnapshot();
  const loaded = useLoaded((signal) => client.settings.get({ signal }), [client, link], 0);
  return (
    <>
      <Cloud />
      {loaded.problem !== null && <ProblemLine problem={loaded.problem} retry={loaded.reload} />}
      {loaded.data === null && loaded.problem === null && <Skeleton lines={5} />}
      {loaded.data !== null && <Timing key={JSON.stringify(loaded.data)} settings={loaded.data} />}
      <Policies />
    </>
  );
}

function Cloud() {
  const { texts } = useSync();
  const { status } = useSnapshot();
  const signedIn = status !== null && status.connection !== "signed-out";
  return (
    <div className="sw-part">
      <h4>{texts.settings.cloud}</h4>
      <dl className="sw-fields">
        <div>
          <dt>{texts.settings.address}</dt>
          <dd>
            <bdi>{status?.cloud ?? "…"}</bdi>
          </dd>
        </div>
        <div>
          <dt>{texts.settings.signIn}</dt>
          <dd>
            {signedIn
              ? texts.settings.signedIn(status.deviceName ?? status.device.slice(0, 8))
              : texts.settings.notSignedIn}
          </dd>
        </div>
      </dl>
      <p className="sw-faint">{texts.settings.fixed}</p>
      {status !== null && (
        <p className="sw-faint">{status.live ? texts.settings.live : texts.settings.notLive}</p>
      )}
      <ConnectionTest />
    </div>
  );
}

function Timing({ settings }: { settings: Settings }) {
  const { client, texts } = useSync();
  const toast = useToast();
  const [draft, setDraft] = useState<Draft>(() => draftOf(settings));
  const [failed, setFailed] = useState<SyncProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const change = settingOf(draft);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (change === null) return;
    setBusy(true);
    setFailed(null);
    client.settings
      .put(change)
      .then(
        () => toast({ text: texts.settings.saved }),
        (error: unknown) => setFailed(asProblem(error)),
      )
      .finally(() => setBusy(false));
  };
  return (
    <form className="sw-part" onSubmit={save}>
      <h4>{texts.settings.timing}</h4>
      {timings.map((timing) => (
        <NumberField
          key={timing.name}
          name={timing.name}
          draft={draft}
          onChange={(text) => setDraft({ ...draft, [timing.name]: text })}
        />
      ))}
      <label className="sw-check">
        <input
          type="checkbox"
          checked={draft.logPayloads}
          onChange={(event) => setDraft({ ...draft, logPayloads: event.target.checked })}
        />
        <span>
          {texts.settings.logPayloads}
          <small className="sw-faint">{texts.settings.logPayloadsText}</small>
        </span>
      </label>
      {failed !== null && <ProblemLine problem={failed} />}
      <Button look="primary" type="submit" disabled={busy || change === null}>
        {texts.settings.save}
      </Button>
    </form>
  );
}

interface NumberFieldProps {
  name: TimingName;
  draft: Draft;
  onChange: (text: string) => void;
}

function NumberField({ name, draft, onChange }: NumberFieldProps) {
  const { texts } = useSync();
  const timing = timings.find((known) => known.name === name);
  if (timing === undefined) return null;
  const isWrong = timing.read(draft[name]) === null;
  const id = `sw-setting-${name}`;
  return (
    <div className="sw-setting">
      <label htmlFor={id}>{texts.settings[timing.label]}</label>
      <span className="sw-with-unit">
        <input
          id={id}
          className="sw-input"
          inputMode="decimal"
          value={draft[name]}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? `${id}-wrong` : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
        {timing.inSeconds && <span aria-hidden="true">{texts.settings.seconds}</span>}
      </span>
      {isWrong && (
        <p id={`${id}-wrong`} className="sw-bad">
          {texts.settings.outOfRange(String(timing.least), String(timing.most))}
        </p>
      )}
    </div>
  );
}

function Policies() {
  const { capabilities } = useSnapshot();
  const { texts, present } = useSync();
  if (capabilities === null) return null;
  const words = (rule: string) => texts.settings.policy[rule] ?? rule;
  const { entityTypes, unsynced } = capabilities;
  return (
    <div className="sw-part">
      <h4>{texts.settings.policies}</h4>
      <dl className="sw-fields">
        {entityTypes.map(({ entityType, policy, rules }) => (
          <div key={entityType}>
            <dt>{entityName(present, entityType)}</dt>
            <dd>
              {words(policy)}
              {Object.entries(rules).map(([field, rule]) => (
                <span key={field} className="sw-rule">
                  {fieldName(present, field, entityType)}: {words(rule)}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      {unsynced.length > 0 && (
        <>
          <h4>{texts.settings.unsynced}</h4>
          <dl className="sw-fields">
            {unsynced.map((own) => (
              <div key={own.table}>
                <dt>{entityName(present, own.table)}</dt>
                <dd>
                  <SaidText said={unsyncedSaid(own, texts)} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </div>
  );
}
