/** Under npm one Ctrl-C arrives twice: from the terminal and, a moment later, passed on by npm. */
const REPEAT_MS = 1_000;

/** `stop` is aborted when the system should end in order; `hurry` when it should end without waiting for anything. */
export type StopSignals = { stop: AbortSignal; hurry: AbortSignal };

/**
 * Listens for what ends the system: SIGINT, SIGTERM, SIGHUP, and the end of the process that started us, where it
 * gave us a channel. A second signal, more than a second after the first, means hurry.
 */
export function listenForStop(source: NodeJS.Process = process, now: () => number = Date.now): StopSignals {
  const stop = new AbortController();
  const hurry = new AbortController();
  let first: number | undefined;
  const onSignal = () => {
    if (first === undefined) {
      first = now();
      stop.abort();
    } else if (now() - first >= REPEAT_MS) hurry.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) source.on(signal, onSignal);
  if (source.connected) {
    source.once("disconnect", () => stop.abort());
    source.channel?.unref();
  }
  return { stop: stop.signal, hurry: hurry.signal };
}

/** Resolves when the signal is aborted. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
