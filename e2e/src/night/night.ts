import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { addCredential, commandLine, createPrisma, getMorningNote, waitForConfig } from "@lyceum/db";
import { type DemoUpstream, startDemoUpstream } from "@lyceum/demo-upstream";
import { look } from "../books.ts";
import { type Campus, openCampus } from "../campus.ts";
import { cliJson } from "../system.ts";
import { NightClock } from "./clock.ts";
import { faults, hadHealthy, MORNING, nightChannels, nightModels, upstreamModels } from "./script.ts";
import { type NightCall, startUsers } from "./users.ts";

export type NightOptions = {
  /** Seconds of one unit of the script. */
  unitSeconds: number;
  users: number;
  /** Hears what happens. */
  log: (line: string) => void;
};

export type HealthEventRow = {
  kind: string;
  model: string;
  channel: string;
  cause: string;
  atSeconds: number;
  isOfNight: boolean;
};

export type NightReport = {
  calls: NightCall[];
  /** Calls that failed although a deployment had been healthy all the while. */
  avoidable: string[];
  /** Failures where nothing was healthy. */
  unavoidable: number;
  events: HealthEventRow[];
  /** What the morning note tells: one line for each incident, by what broke. */
  note: {
    what: string;
    cause: string;
    isOver: boolean;
    lost: string[];
    affectedUsers: number | null;
    errors: string;
  }[];
  /** What /v1/models named while night-4 was lost, from every worker, a second after it was. */
  listedWhileLost: string[][];
  /** The answer to a call of night-4 while it was lost. */
  lostAnswer: { status: number; text: string };
  probes: { records: number; costNanos: bigint; byStudents: number };
  /** Seconds from morning until everything is back in use; null: it never was. */
  backSeconds: number | null;
  differences: unknown[];
};

/** How long a channel that works again may take to be found out: the longest wait between probes, three times, and some. In seconds. */
const SETTLED_SECONDS = 12;
const LIST_LOOKS = 12;

/** Runs the scripted night on a system of its own, with two workers, and gathers what came of it. */
export async function runNight({ unitSeconds, users, log }: NightOptions): Promise<NightReport> {
  await using parts = new AsyncDisposableStack();
  const campus = await openCampus({ env: { GATEWAY_WORKERS: "2" } });
  parts.defer(() => campus.close());
  const upstreams = new Map<string, DemoUpstream>();
  for (const { name, credentials } of nightChannels) {
    const upstream = await startDemoUpstream({ credential: credentials, keptRequests: 10 });
    parts.defer(() => upstream.close());
    upstreams.set(name, upstream);
  }
  await prepare(campus, upstreams);
  const keys = await Promise.all(Array.from({ length: Math.min(users, 3) }, () => campus.student("100")));

  const clock = new NightClock(unitSeconds);
  const load = startUsers({ url: campus.system.url, keys: keys.map(({ key }) => key), users, unit: () => clock.now() });
  parts.defer(async () => void (await load.stop()));
  const looks: Promise<{ listed: string[][]; answer: { status: number; text: string } }>[] = [];
  for (const moment of moments()) {
    await clock.until(moment);
    for (const fault of faults) {
      const upstream = upstreams.get(fault.channel);
      const whom = {
        ...(fault.model !== undefined && { model: upstreamModels[fault.model] }),
        ...(fault.credential !== undefined && { credential: fault.credential }),
      };
      if (fault.from === moment) upstream?.disguise(whom, fault.as);
      if (fault.to === moment) upstream?.disguise(whom, null);
      const what = `${fault.channel} ${fault.model ?? fault.credential?.slice(0, 12)}`;
      if (fault.from === moment) log(`${moment}: ${what} answers as ${fault.as}`);
      if (fault.to === moment) log(`${moment}: ${what} works again`);
      if (fault.from === moment && fault.model === "night-4" && fault.channel === "beta")
        looks.push(lookWhileLost(campus, keys[0]?.key ?? ""));
    }
    // How long it takes until enough calls have met a fault depends on the machine: the script goes on when all that broke was found out.
    await clock.until(moment + 0.5);
    await clock.hold(untilFound(campus, moment));
  }
  const backSeconds = await untilBack(campus);
  log(`all back after ${backSeconds} s`);
  await delay(1_000);
  const calls = await load.stop();
  const [seen] = await Promise.all(looks);
  const settled = SETTLED_SECONDS / unitSeconds;
  const failed = calls.filter((call) => !call.isGood);
  const avoidable = failed.filter(({ model, from, to }) => hadHealthy(model, from, to, settled));
  const { databaseUrl } = campus.system;
  return {
    calls,
    avoidable: avoidable.map(({ model, from, status, said }) => `${model} at ${from.toFixed(2)}: ${status} ${said}`),
    unavoidable: failed.length - avoidable.length,
    events: await look<HealthEventRow>(
      databaseUrl,
      `select kind, model_name as model, channel_name as channel, cause,
        extract(epoch from at - $1::timestamptz)::float8 as "atSeconds", at <= $2::timestamptz as "isOfNight"
        from health_event order by at, id`,
      [clock.timeOf(0).toISOString(), clock.timeOf(MORNING).toISOString()],
    ),
    note: await noteOf(databaseUrl, clock.timeOf(0)),
    listedWhileLost: seen?.listed ?? [],
    lostAnswer: seen?.answer ?? { status: 0, text: "" },
    probes: await probesOf(databaseUrl),
    backSeconds,
    differences: (await cliJson<{ differences: unknown[] }>(campus.dataDir, ["ledger", "verify"])).differences,
  };
}

function moments(): number[] {
  return [...new Set([...faults.flatMap(({ from, to }) => [from, to]), MORNING])].sort((one, other) => one - other);
}

/** Channels, models, prices, credentials, and settings under which a night is short. */
async function prepare(campus: Campus, upstreams: ReadonlyMap<string, DemoUpstream>): Promise<void> {
  const secret = (await readFile(join(campus.dataDir, "secret"), "utf8")).trim();
  for (const { name, priority, models, credentials } of nightChannels) {
    await campus.command(
      ...["channel", "add", "--name", name, "--protocol", "openai", "--url", `${upstreams.get(name)?.url}/v1`],
      ...["--models", models.map((model) => `${model}=${upstreamModels[model]}`).join(","), "--allow-private"],
      ...["--groups", "default", "--priority", String(priority), "--credential", credentials[0] ?? ""],
    );
  }
  await campus.price(nightModels);
  const db = createPrisma(campus.system.databaseUrl, 2);
  try {
    for (const { name, credentials } of nightChannels) {
      const { id: channelId } = await db.channel.findUniqueOrThrow({ where: { name }, select: { id: true } });
      for (const each of credentials.slice(1))
        await db.$transaction((tx) => addCredential(tx, commandLine, secret, { channelId, secret: each }));
    }
    await db.channel.updateMany({ data: { firstTokenTimeoutMs: 1_000 } });
    const probes = { firstSeconds: 1, mostSeconds: 2, passes: 3, everyMinutes: null, capabilityHours: null };
    await db.setting.create({ data: { key: "probes", value: probes } });
    if (!(await waitForConfig(db, { timeoutMs: 10_000 }))) throw new Error("the night's settings are not in force");
  } finally {
    await db.$disconnect();
  }
}

/** A second after the last deployment of night-4 has broken: what lists and a call say, on connections that reach both workers. */
async function lookWhileLost(campus: Campus, key: string) {
  const { url, databaseUrl } = campus.system;
  const deadline = performance.now() + 15_000;
  for (;;) {
    const rows = await look(
      databaseUrl,
      "select 1 from health_event where kind = 'model-lost' and model_name = 'night-4'",
    );
    if (rows.length > 0) break;
    if (performance.now() > deadline) throw new Error("night-4 was not lost within 15 s");
    await delay(20);
  }
  await delay(1_000);
  const headers = { authorization: `Bearer ${key}`, connection: "close" };
  const listed = await Promise.all(
    Array.from({ length: LIST_LOOKS }, async () => {
      const list = (await (await fetch(`${url}/v1/models`, { headers })).json()) as { data: { id: string }[] };
      return list.data.map(({ id }) => id).sort();
    }),
  );
  const body = JSON.stringify({ model: "night-4", messages: [{ role: "user", content: "hi" }] });
  const init = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
  const reply = await fetch(`${url}/v1/chat/completions`, init);
  return { listed, answer: { status: reply.status, text: await reply.text() } };
}

/** Until the database tells of all that began to break at a moment of the script. Throws after a minute. */
async function untilFound(campus: Campus, moment: number): Promise<void> {
  const begun = faults.filter(({ from }) => from === moment);
  const deadline = performance.now() + 60_000;
  for (;;) {
    const events = await look<{ kind: string; model: string; channel: string }>(
      campus.system.databaseUrl,
      "select kind, model_name as model, channel_name as channel from health_event",
    );
    const missing = begun.filter(
      ({ channel, model = "", foundBy }) =>
        !events.some((event) => event.kind === foundBy && event.channel === channel && event.model === model),
    );
    if (missing.length === 0) return;
    if (performance.now() > deadline) throw new Error(`not found within a minute: ${JSON.stringify(missing)}`);
    await delay(50);
  }
}

/** Seconds until nothing is out any more; null: not within a minute. */
async function untilBack(campus: Campus): Promise<number | null> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < 60_000) {
    const [row] = await look<{ out: number }>(
      campus.system.databaseUrl,
      `select (select count(*) from deployment_health where state <> 'closed')::int
        + (select count(*) from credential_health where state = 'refused' or (state = 'cooling' and until > clock_timestamp()))::int as out`,
    );
    if (row?.out === 0) return Math.round((performance.now() - startedAt) / 100) / 10;
    await delay(200);
  }
  return null;
}

async function noteOf(databaseUrl: string, from: Date): Promise<NightReport["note"]> {
  const db = createPrisma(databaseUrl, 1);
  try {
    const { lines } = await getMorningNote(db, { from, to: new Date() });
    return lines.map(({ subject, modelName, channelName, cause, to, lost, affectedUsers, firstError, lastError }) => ({
      what: subject === "credential" ? `credential of ${channelName}` : `${modelName} @ ${channelName}`,
      cause,
      isOver: to !== null,
      lost: lost.map((each) => each.modelName),
      affectedUsers,
      errors: `${firstError} … ${lastError}`,
    }));
  } finally {
    await db.$disconnect();
  }
}

async function probesOf(databaseUrl: string): Promise<NightReport["probes"]> {
  const [row] = await look<{ records: number; cost: string; students: number }>(
    databaseUrl,
    `select count(*) filter (where account.kind = 'house')::int as records,
      coalesce(sum(usage_record.cost_nanos) filter (where account.kind = 'house'), 0)::text as cost,
      count(*) filter (where account.kind <> 'house' and usage_record.client like 'lyceum%')::int as students
      from usage_record join account on account.id = usage_record.account_id`,
  );
  return { records: row?.records ?? 0, costNanos: BigInt(row?.cost ?? 0), byStudents: row?.students ?? 0 };
}
