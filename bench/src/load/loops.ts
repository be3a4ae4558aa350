import { Client, type Dispatcher, Pool } from "undici";
import { exchange, type Look, type Message, Tally } from "./exchange.ts";
import { dueBy, dueTime } from "./schedule.ts";

/** Longest silence of a target; then its request has failed. */
const SILENCE_MS = 60_000;
const LIMITS = { pipelining: 1, headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS } as const;

export type Load = Look & {
  readonly origin: string;
  /** The request number `index` of a run. */
  readonly message: (index: number) => Message;
  /** Sends no more once it is aborted. */
  readonly signal: AbortSignal;
};

export type LoadResult = { readonly tally: Tally; readonly sent: number; readonly seconds: number };

export type ClosedLoopOptions = { connections: number; seconds: number } | { connections: number; requests: number };

/** Closed loop: so many connections, each sending its next request when the last one was answered, for so long or so often. */
export async function closedLoop(load: Load, options: ClosedLoopOptions): Promise<LoadResult> {
  const tally = new Tally();
  // A client for each connection: a pool would look for an idle one at every request.
  const clients = Array.from({ length: options.connections }, () => new Client(load.origin, LIMITS));
  const startedAt = performance.now();
  const deadline = "seconds" in options ? startedAt + options.seconds * 1_000 : Number.POSITIVE_INFINITY;
  const most = "requests" in options ? options.requests : Number.POSITIVE_INFINITY;
  let sent = 0;
  const connection = (client: Client) =>
    new Promise<void>((resolve) => {
      const next = () => {
        const now = performance.now();
        // A run with failures is worthless, so it is not drawn out.
        if (now >= deadline || sent >= most || tally.failed > 0 || load.signal.aborted) return resolve();
        exchange(client, load.message(sent++), { tally, dueAt: now, look: load, onEnd: next });
      };
      next();
    });
  await Promise.all(clients.map(connection));
  const seconds = (performance.now() - startedAt) / 1_000;
  await Promise.all(clients.map((client) => client.close()));
  return { tally, sent, seconds };
}

export type OpenLoopOptions = {
  perSecond: number;
  total: number;
  connections: number;
  watchEvents?: boolean;
  mark?: string;
};

/**
 * Open loop: requests leave on a timetable, whatever happened to the ones before, and their latency counts from the time that they
 * were due: a target that stalls can't hide the requests that it kept waiting. `whileRunning` sees the tally from the start.
 */
export async function openLoop(
  load: Load,
  options: OpenLoopOptions,
  whileRunning: (tally: Tally) => Promise<void> = () => Promise.resolve(),
): Promise<LoadResult> {
  const tally = new Tally(options.watchEvents, options.mark);
  const pool = new Pool(load.origin, { ...LIMITS, connections: options.connections });
  const startedAt = performance.now();
  const sending = sendByTimetable(pool, load, { ...options, tally, startedAt });
  const [sent] = await Promise.all([sending, whileRunning(tally)]);
  const seconds = (performance.now() - startedAt) / 1_000;
  await pool.close();
  return { tally, sent, seconds };
}

type Timetable = { tally: Tally; startedAt: number; perSecond: number; total: number };

/** Resolves to the number sent once all of them have ended. */
function sendByTimetable(dispatcher: Dispatcher, load: Load, { tally, startedAt, perSecond, total }: Timetable) {
  return new Promise<number>((resolve) => {
    let sent = 0;
    let isSending = true;
    const settle = () => {
      if (!isSending && tally.ended === sent) resolve(sent);
    };
    const send = () => {
      const due = dueBy(performance.now() - startedAt, perSecond, total);
      while (sent < due) {
        const dueAt = startedAt + dueTime(sent, perSecond);
        exchange(dispatcher, load.message(sent++), { tally, dueAt, look: load, onEnd: settle });
      }
      if (sent < total && tally.failed === 0 && !load.signal.aborted) {
        setTimeout(send, Math.max(1, startedAt + dueTime(sent, perSecond) - performance.now()));
        return;
      }
      isSending = false;
      settle();
    };
    send();
  });
}
