import { setTimeout as delay } from "node:timers/promises";
import { type Random, seededRandom } from "../../../prisma/seed/random.ts";
import { look } from "../books.ts";
import { type Campus, openCampus } from "../campus.ts";
import type { Call, Ending } from "./call.ts";
import { LOAD_MODELS, type Load, type Student, startLoad } from "./load.ts";
import { checkAll, checkSeen, PRICE } from "./reckoning.ts";
import { recover, strike, TARGETS, type Target, WORKERS } from "./strike.ts";
import { untilNone, verifyNow } from "./verdict.ts";

export type CampaignOptions = {
  /** What to kill, one after the other; a number: so many, drawn at random. */
  rounds: readonly Target[] | number;
  seed: number;
  clients: number;
  /** Students with plenty of money, and with little. */
  rich: number;
  poor: number;
  /** Hears of every round as it ends. */
  onRound: (round: Round) => void;
  /** Has abandoned reservations closed so soon after the last sign of life; null: the system's own sweeper is waited for. */
  sweepAfterS: number | null;
};

/** One kill and what came of it. `calls` are those that ended since the round before. */
export type Round = {
  number: number;
  target: Target;
  afterMs: number;
  backMs: number;
  calls: number;
  endings: Record<Ending, number>;
  differences: string[];
};

export type CampaignReport = { rounds: number; requests: number; sightings: number; differences: string[] };

const RICH_MILLI_YUAN = 1_000_000;
/** Spent within a round: calls that are clamped, cut and refused. */
const POOR_MILLI_YUAN = 8;
/** A settlement that waits in the spool is in the books this soon after the database is back: that of a killed worker is looked for every 30 s. */
const SETTLED_MS = 40_000;
const SWEPT_MS = 150_000;
const NANOS_PER_MILLI_YUAN = 1_000_000n;

/** Kills parts of a system under load, again and again, and lays what clients and upstream saw beside the books. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const random = seededRandom(options.seed);
  const campus = await openCampus({ env: { GATEWAY_WORKERS: String(WORKERS) }, keptRequests: 10_000_000 });
  let load: Load | undefined;
  try {
    const { students, poor, funded } = await prepare(campus, options);
    load = startLoad({
      url: () => campus.system.url,
      students,
      clients: options.clients,
      random: seededRandom(options.seed + 1),
    });
    const targets = drawTargets(options.rounds, random);
    const all: Call[] = [];
    const differences: string[] = [];
    for (const [index, target] of targets.entries()) {
      const afterMs = random.whole(200, 2_000);
      await delay(afterMs);
      const struck = await strike(campus, target, random);
      const backMs = await recover(campus, struck);
      const calls = load.take();
      all.push(...calls);
      const found = await verifyNow(campus);
      found.push(...(await untilNone(() => checkSeen(campus.system.databaseUrl, calls), SETTLED_MS)));
      differences.push(...found.map((text) => `round ${index + 1}: ${text}`));
      options.onRound({
        ...{ number: index + 1, target, afterMs, backMs, calls: calls.length },
        endings: count(calls),
        differences: found,
      });
      const lucky = poor[index % poor.length];
      if (lucky !== undefined) await give(campus, lucky, POOR_MILLI_YUAN, funded);
    }
    all.push(...(await load.stop()));
    differences.push(...(await untilSwept(campus, options.sweepAfterS)));
    const sightings = campus.upstream.requests();
    differences.push(...(await verifyNow(campus)));
    differences.push(
      ...(await untilNone(
        () => checkAll(campus.system.databaseUrl, { calls: all, sightings, fundedNanos: funded }),
        SETTLED_MS,
      )),
    );
    const requests = all.filter(({ ending }) => ending !== "unreachable").length;
    return { rounds: targets.length, requests, sightings: sightings.length, differences: [...new Set(differences)] };
  } finally {
    await load?.stop();
    await campus.close();
  }
}

async function prepare(campus: Campus, { rich, poor }: CampaignOptions) {
  await campus.offer(LOAD_MODELS, PRICE);
  // So that a stream that nobody limits has to ask for more while it runs.
  await look(campus.system.databaseUrl, "update model set usual_output_tokens = 16 where name = $1", [
    "demo-chunks-60-every-20ms",
  ]);
  const funded = new Map<string, bigint>();
  const students: Student[] = [];
  for (let index = 0; index < rich + poor; index++) {
    const student = await campus.student("0");
    students.push(student);
    await give(campus, student, index < rich ? RICH_MILLI_YUAN : POOR_MILLI_YUAN, funded);
  }
  return { students, poor: students.slice(rich), funded };
}

async function give(
  campus: Campus,
  { studentId }: Student,
  milliYuan: number,
  funded: Map<string, bigint>,
): Promise<void> {
  await campus.fund(studentId, String(milliYuan / 1_000));
  funded.set(studentId, (funded.get(studentId) ?? 0n) + BigInt(milliYuan) * NANOS_PER_MILLI_YUAN);
}

function drawTargets(rounds: readonly Target[] | number, random: Random): readonly Target[] {
  if (typeof rounds !== "number") return rounds;
  return Array.from({ length: rounds }, () => TARGETS[random.whole(0, TARGETS.length - 1)] ?? "everything");
}

/**
 * Waits until the sweeper has closed what killed workers left. Nobody calls any more, so a reservation that stays belongs to a worker that
 * lives and has forgotten it.
 */
async function untilSwept(campus: Campus, sweepAfterS: number | null): Promise<string[]> {
  const { databaseUrl } = campus.system;
  return await untilNone(async () => {
    if (sweepAfterS !== null) await look(databaseUrl, "select sweep(make_interval(secs => $1))", [sweepAfterS]);
    const [row] = await look<{ open: number }>(databaseUrl, "select count(*)::int as open from reservation");
    return row?.open === 0 ? [] : [`${row?.open} reservations are still open after the sweeper has passed`];
  }, SWEPT_MS);
}

function count(calls: readonly Call[]): Record<Ending, number> {
  const counts = { whole: 0, cut: 0, refused: 0, torn: 0, left: 0, unreachable: 0 };
  for (const { ending } of calls) counts[ending]++;
  return counts;
}
