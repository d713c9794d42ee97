// When a service that ended is started again. Pure.

const waitFirstMs = 250;
const waitMaxMs = 15_000;
/** A service that ran for so long was well: the next failure is a first one. */
export const wellAfterMs = 60_000;

/** Half of the doubled wait is left to chance, so that nothing falls into step. */
export function restartWaitMs(failures: number, random: () => number): number {
  const ceiling = Math.min(waitMaxMs, waitFirstMs * 2 ** Math.min(failures, 10));
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}

/** Whether starting it again can help: not where it was started in a wrong way. */
export function canRestart(exit: { code: number | null; error: string | null }): boolean {
  const wrongUse = 2;
  return exit.code !== wrongUse && exit.error !== "ENOENT" && exit.error !== "EACCES";
}
