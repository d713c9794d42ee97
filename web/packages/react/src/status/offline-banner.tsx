// The banner that says what works and what does not, and the "Simulate offline" switch.

import { asProblem, type Capabilities } from "@slipway/client";
import { type ReactNode, useState } from "react";
import { useSnapshot, useSync } from "../context.js";
import { words } from "../present/presentation.js";
import { linkHealth } from "../store/store.js";
import { Button } from "../ui/button.js";
import { Icon, type IconName } from "../ui/icons.js";
import { problemWords } from "../ui/problem.js";
import { useToast } from "../ui/toast.js";
import { isOffline } from "./badge-state.js";

export interface SimulateOffline {
  on: boolean;
  busy: boolean;
  set: (on: boolean) => void;
}

export function useSimulateOffline(): SimulateOffline {
  const { client, store, texts } = useSync();
  const { status } = useSnapshot();
  const toast = useToast();
  const [wanted, setWanted] = useState<boolean | null>(null);
  const set = (on: boolean) => {
    setWanted(on);
    client
      .simulateOffline(on)
      .then(
        (fresh) => store.takeStatus(fresh),
        (error: unknown) =>
          toast({ text: problemWords(asProblem(error), texts).title, tone: "bad" }),
      )
      .finally(() => setWanted(null));
  };
  return { on: wanted ?? status?.simulateOffline ?? false, busy: wanted !== null, set };
}

export function OfflineSwitch({ className = "" }: { className?: string }) {
  const { status } = useSnapshot();
  const { texts } = useSync();
  const simulate = useSimulateOffline();
  return (
    <button
      type="button"
      role="switch"
      className={`sw sw-switch ${className}`}
      aria-checked={simulate.on}
      disabled={status === null}
      onClick={() => simulate.set(!simulate.on)}
    >
      <span className="sw-switch-track" aria-hidden="true">
        <span className="sw-switch-knob" />
      </span>
      <span className="sw-switch-label">{texts.banner.simulate}</span>
    </button>
  );
}

interface OfflineBannerProps {
  /** Actions of the app's own that need the cloud, in its words: "uploading documents". */
  needsCloud?: string[];
  className?: string;
}

export function OfflineBanner({ needsCloud = [], className = "" }: OfflineBannerProps) {
  const snapshot = useSnapshot();
  const { texts } = useSync();
  const simulate = useSimulateOffline();
  const { status } = snapshot;
  const place = (
    icon: IconName,
    tone: string,
    title: string,
    text: ReactNode,
    action?: ReactNode,
  ) => (
    <section
      className={`sw sw-banner sw-tone-${tone} ${className}`}
      aria-label={texts.banner.label}
    >
      <Icon name={icon} />
      <p>
        <strong>{title}</strong> {text}
      </p>
      {action}
    </section>
  );
  if (status === null) return null;
  const { banner } = texts;
  if (linkHealth(snapshot) === "lost") {
    return place("alert", "bad", banner.serviceLost, banner.serviceLostText);
  }
  if (status.connection === "signed-out") {
    return place("key", "bad", banner.signedOut, banner.signedOutText);
  }
  if (status.connection === "upgrade-needed") {
    return place("alert", "bad", banner.upgradeNeeded, banner.upgradeNeededText);
  }
  if (status.connection === "other-cloud") {
    return place("alert", "bad", banner.otherCloud, banner.otherCloudText);
  }
  if (status.connection === "standby") {
    return place("clock", "warn", banner.standby, banner.standbyText);
  }
  if (!isOffline(status)) {
    const rows = status.fullPull;
    if (rows === null) return null;
    return place("sync", "busy", banner.filling, banner.fillingText(rows.done, rows.total));
  }
  const impossible = impossibleNow(needsCloud, snapshot.capabilities);
  return place(
    "offline",
    "warn",
    status.simulateOffline ? banner.titleSimulated : banner.title,
    <>
      {banner.works} <span className="sw-banner-more">{banner.doesNot}</span>
      {impossible.length > 0 && ` ${banner.needsCloud(impossible.join(", "))}`}
    </>,
    status.simulateOffline && (
      <Button onClick={() => simulate.set(false)}>{banner.goOnline}</Button>
    ),
  );
}

/** The app's own, and the actions of the service that are not allowed now. */
function impossibleNow(needsCloud: string[], capabilities: Capabilities | null): string[] {
  const refused = (capabilities?.actions ?? []).filter((action) => !action.allowed);
  return [...needsCloud, ...refused.map((action) => words(action.action).toLowerCase())];
}
