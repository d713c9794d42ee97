import { useEffect, useState } from "react";

/** The time, renewed every `everyMs`, for "2 minutes ago" and countdowns. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** The last value that stood still for `quietMs`. */
export function useSettled<T>(value: T, quietMs: number): T {
  const [kept, setKept] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setKept(value), quietMs);
    return () => clearTimeout(timer);
  }, [value, quietMs]);
  return kept;
}
