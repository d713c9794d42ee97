const usualAnswerMs = 5000;

/** Whether the service answers. Without a token: the question is only whether it lives. */
export async function isAlive(url: string, answerMs = usualAnswerMs): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(answerMs) });
    await answer.arrayBuffer();
    return answer.status < 500;
  } catch {
    return false;
  }
}
