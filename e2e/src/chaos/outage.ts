import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../../../prisma/seed/random.ts";
import { look } from "../books.ts";
import { openCampus } from "../campus.ts";
import { startOwnPostgres } from "../own-postgres.ts";
import { type Call, makeCall, type Wish } from "./call.ts";
import { LOAD_MODELS, type Load, startLoad } from "./load.ts";
import { findProcesses, killAll } from "./processes.ts";
import { checkAll, PRICE } from "./reckoning.ts";
import { untilNone, verifyNow } from "./verdict.ts";

export type OutageOptions = {
  seconds: number;
  seed: number;
  clients: number;
  /** Kills the server too before PostgreSQL is back: what has ended meanwhile stands only in the spool. */
  killServer: boolean;
  log: (line: string) => void;
};

export type OutageReport = {
  requests: number;
  /** Calls made while the database was away: all of them must be refused. */
  refused: number;
  /** The longest that one of them took. */
  slowestRefusalMs: number;
  /** Calls that ran when the database went away; and those of them that ended well while it was. */
  caught: number;
  ended: number;
  /** From the database's start to the first answer. */
  backMs: number;
  differences: string[];
};

const WORKERS = 2;
const YUAN = 1_000_000_000n;
/** A refusal that takes longer is none: the client waits as if nobody were there. */
const REFUSAL_MS = 5_000;
/** What a client notices of the database's end before the workers do. */
const NOTICED_MS = 1_000;
const BACK_MS = 15_000;
const SETTLED_MS = 40_000;

/**
 * Stops PostgreSQL for so long under load, with nobody there to start it again, and lays what clients and upstream saw beside the books.
 * While the server is there too, every call is answered and nothing has to be swept.
 */
export async function runOutage(options: OutageOptions): Promise<OutageReport> {
  const { seconds, seed, clients, killServer, log } = options;
  const postgres = await startOwnPostgres();
  const env = { GATEWAY_WORKERS: String(WORKERS), DATABASE_URL: postgres.url };
  const campus = await openCampus({ env, keptRequests: 10_000_000 }).catch(async (error: unknown) => {
    await postgres.close();
    throw error;
  });
  let load: Load | undefined;
  try {
    await campus.offer(LOAD_MODELS, PRICE);
    const students = [await campus.student("1000"), await campus.student("1000")];
    // Its key has never been used: no worker remembers it.
    const stranger = await campus.student("1000");
    const funded = new Map([...students, stranger].map(({ studentId }) => [studentId, 1_000n * YUAN]));
    const before = (await findProcesses(campus.dataDir)).workers;
    load = startLoad({ url: () => campus.system.url, students, clients, random: seededRandom(seed) });
    await delay(3_000);

    log(`PostgreSQL is killed, for ${seconds} s`);
    const killedAt = performance.now();
    await postgres.kill();
    await delay(seconds * 500);
    const strange = await makeCall(campus.system.url, stranger, SMALL);
    await delay(Math.max(0, killedAt + seconds * 1_000 - performance.now()));
    if (killServer) {
      log("the server is killed");
      const { top, workers } = await findProcesses(campus.dataDir);
      killAll([...top, ...workers]);
    }
    log("PostgreSQL is started again");
    const startedAt = performance.now();
    await postgres.start();
    if (killServer) await campus.restart();
    const backMs = await untilAnswering(campus.system.url, stranger, startedAt);
    await delay(2_000);
    const calls = [strange, ...(await load.stop())];

    const differences = killServer ? [] : judge(calls, killedAt, startedAt);
    const after = (await findProcesses(campus.dataDir)).workers;
    if (!killServer && String(before) !== String(after))
      differences.push(`workers were ${before} and are ${after}: something was restarted`);
    // Where nobody was killed there is nothing for a sweeper to do.
    differences.push(...(await untilNone(() => openReservations(postgres.url, killServer), SETTLED_MS)));
    differences.push(...(await verifyNow(campus)));
    const sightings = campus.upstream.requests();
    differences.push(
      ...(await untilNone(() => checkAll(postgres.url, { calls, sightings, fundedNanos: funded }), SETTLED_MS)),
    );
    const killed = await look<{ id: string }>(postgres.url, "select id from usage_record where outcome = 'killed'");
    if (!killServer) differences.push(...killed.map(({ id }) => `${id}: recorded as killed`));
    const refused = calls.filter((call) => call.ending === "refused" && isDuring(call, killedAt, startedAt));
    const caught = calls.filter((call) => isCaught(call, killedAt));
    return {
      requests: calls.length,
      refused: refused.length,
      slowestRefusalMs: Math.round(Math.max(0, ...refused.map((call) => call.endedAt - call.startedAt))),
      caught: caught.length,
      ended: caught.filter(({ ending, endedAt }) => (ending === "whole" || ending === "cut") && endedAt < startedAt)
        .length,
      backMs,
      differences,
    };
  } finally {
    await load?.stop();
    await campus.close();
    await postgres.close();
  }
}

const SMALL: Wish = { model: "demo-chunks-20", stream: false, leavesAfter: null, maxTokens: 64 };

function isDuring(call: Call, killedAt: number, startedAt: number): boolean {
  return call.startedAt > killedAt + NOTICED_MS && call.endedAt < startedAt;
}

function isCaught(call: Call, killedAt: number): boolean {
  return call.startedAt < killedAt && call.endedAt > killedAt;
}

/** No process died, so nobody may see a broken connection; and nothing is admitted without the database. */
function judge(calls: readonly Call[], killedAt: number, startedAt: number): string[] {
  return calls.flatMap((call) => {
    const wrong = (what: string) => [
      `${call.requestId} (${call.wish.model}, ${call.ending} ${call.status} ${call.code}): ${what}`,
    ];
    if (call.ending === "torn" || call.ending === "unreachable") return wrong("the connection broke");
    if (!isDuring(call, killedAt, startedAt)) return [];
    if (call.ending === "left") return []; // before it could be refused
    if (call.status !== 503 || call.code !== "database_unavailable")
      return wrong("not refused for want of the database");
    const ms = Math.round(call.endedAt - call.startedAt);
    return ms > REFUSAL_MS ? wrong(`refused after ${ms} ms`) : [];
  });
}

async function openReservations(databaseUrl: string, hasDead: boolean): Promise<string[]> {
  if (hasDead) await look(databaseUrl, "select sweep(make_interval(secs => 12))");
  const rows = await look<{ request_id: string }>(databaseUrl, "select request_id from reservation");
  return rows.map(({ request_id }) => `${request_id}: still reserved`);
}

/** Resolves to the milliseconds after which a call was answered again. */
async function untilAnswering(
  url: string,
  student: { studentId: string; key: string },
  since: number,
): Promise<number> {
  for (;;) {
    const { ending, code } = await makeCall(url, student, SMALL);
    const ms = Math.round(performance.now() - since);
    if (ending === "whole") return ms;
    if (ms > BACK_MS) throw new Error(`still ${ending} ${code} ${ms} ms after the database's start`);
    await delay(100);
  }
}
