import type { QueueQuery } from "@slipway/client";
import { useEffect, useMemo, useReducer } from "react";
import { useSnapshot, useSync } from "../context.js";
import { createQueueWindow, type QueueWindow } from "./queue-window.js";

/** A window on the queue that stays live; draws the component anew when something has been read. */
export function useQueueWindow(query: QueueQuery): QueueWindow {
  const { client } = useSync();
  const { queueTick } = useSnapshot();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const key = JSON.stringify(query);
  const window = useMemo(() => {
    const asked = JSON.parse(key) as QueueQuery;
    return createQueueWindow(
      (offset, limit, signal) => client.queue({ ...asked, offset, limit }, { signal }),
      redraw,
    );
  }, [client, key]);
  useEffect(() => {
    window.start();
    return () => window.stop();
  }, [window]);
  useEffect(() => window.setTick(queueTick), [window, queueTick]);
  return window;
}
