// "Test connection": syncs now, and says what came of it.

import { asProblem, type Connection, type SyncProblem, type SyncStatus } from "@slipway/client";
import { useEffect, useState } from "react";
import { useSnapshot, useSync } from "../context.js";
import { Button } from "../ui/button.js";
import { Icon } from "../ui/icons.js";
import { ProblemLine } from "../ui/problem.js";

const patienceMs = 20_000;

type Result = Exclude<Connection, "probing"> | "simulated" | "silent";
type Test =
  | { state: "idle" }
  /** `before`: when the last answer was absorbed; a later one is an answer to this question. */
  | { state: "asking"; before: string | null }
  | { state: "done"; result: Result; reason: string | null }
  | { state: "failed"; problem: SyncProblem };

/** null: no answer yet. */
export function testResult(status: SyncStatus, before: string | null): Result | null {
  if (status.simulateOffline) return "simulated";
  if (status.paused) return "paused";
  if (status.connection === "probing") return null;
  if (status.connection === "online" && status.lastSyncedAt === before) return null;
  return status.connection;
}

export function ConnectionTest() {
  const { client, texts } = useSync();
  const { status } = useSnapshot();
  const [test, setTest] = useState<Test>({ state: "idle" });
  const isAsking = test.state === "asking";
  useEffect(() => {
    if (!isAsking) return;
    const silent = { state: "done", result: "silent", reason: null } as const;
    const timer = setTimeout(() => setTest(silent), patienceMs);
    return () => clearTimeout(timer);
  }, [isAsking]);
  const result =
    test.state === "asking" && status !== null ? testResult(status, test.before) : null;
  if (result !== null) setTest({ state: "done", result, reason: status?.reason ?? null });

  const ask = () => {
    setTest({ state: "asking", before: status?.lastSyncedAt ?? null });
    client.now().catch((error: unknown) => {
      setTest({ state: "failed", problem: asProblem(error) });
    });
  };
  return (
    <div className="sw-connection-test">
      <Button icon="sync" disabled={isAsking || status === null} onClick={ask}>
        {texts.settings.test}
      </Button>
      <div role="status">
        {isAsking && <p className="sw-faint">{texts.settings.testing}</p>}
        {test.state === "done" && (
          <p className={test.result === "online" ? "sw-good" : "sw-bad"}>
            <Icon name={test.result === "online" ? "check" : "alert"} size={16} />{" "}
            {texts.settings.tested[test.result]}{" "}
            {test.reason !== null && <span lang="en">{test.reason}</span>}
          </p>
        )}
      </div>
      {test.state === "failed" && <ProblemLine problem={test.problem} />}
    </div>
  );
}
