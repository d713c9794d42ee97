// The "Simulate offline" switch and the banner that says what works and what does not.

import { useState } from "react";
import { texts } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icons";
import { useToast } from "../ui/toast";
import { isOffline } from "./badge-state";
import { asProblem, useSnapshot, useSync } from "./context";
import { linkHealth } from "./store";

export function useSimulateOffline(): { on: boolean; busy: boolean; set: (on: boolean) => void } {
  const { client, store } = useSync();
  const { status } = useSnapshot();
  const toast = useToast();
  const [wanted, setWanted] = useState<boolean | null>(null);
  const set = (on: boolean) => {
    setWanted(on);
    client
      .simulateOffline(on)
      .then(
        (fresh) => store.takeStatus(fresh),
        (error: unknown) => toast(asProblem(error).message),
      )
      .finally(() => setWanted(null));
  };
  return { on: wanted ?? status?.simulateOffline ?? false, busy: wanted !== null, set };
}

export function OfflineSwitch() {
  const { status } = useSnapshot();
  const simulate = useSimulateOffline();
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-checked={simulate.on}
      disabled={status === null}
      title={texts.offline.switch}
      onClick={() => simulate.set(!simulate.on)}
    >
      <span className="switch-track" aria-hidden="true">
        <span className="switch-knob" />
      </span>
      <span className="switch-label">{texts.offline.switch}</span>
    </button>
  );
}

export function Banner() {
  const snapshot = useSnapshot();
  const { status } = snapshot;
  const simulate = useSimulateOffline();
  if (linkHealth(snapshot) === "lost" && snapshot.status !== null) {
    return (
      <section className="banner tone-bad" aria-label={texts.offline.label}>
        <Icon name="alert" />
        <p>{texts.offline.serviceLost}</p>
      </section>
    );
  }
  if (status === null || !isOffline(status)) return null;
  return (
    <section className="banner tone-warn" aria-label={texts.offline.label}>
      <Icon name="offline" />
      <p>
        <strong>
          {status.simulateOffline ? texts.offline.titleSimulated : texts.offline.title}
        </strong>{" "}
        {texts.offline.works} <span className="banner-more">{texts.offline.doesNot}</span>
      </p>
      {status.simulateOffline && (
        <Button onClick={() => simulate.set(false)}>{texts.offline.back}</Button>
      )}
    </section>
  );
}
