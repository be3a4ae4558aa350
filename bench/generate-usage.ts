// `pnpm bench:usage`: makes up years of a campus's usage in a database of its own, proves that the books add up, and times what the usage
// pages ask of it. docs/performance.md says how to read the table.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { lockDataFolder, openDataFolder } from "@lyceum/db/data-folder";
import { startEmbeddedPostgres } from "@lyceum/db/embedded-postgres";
import { applyMigrations } from "@lyceum/db/migrations";
import pg from "pg";
import { fillUsage } from "./src/usage/fill.ts";
import type { UsagePlan } from "./src/usage/plan.ts";
import { type QueryTime, timeQueries } from "./src/usage/queries.ts";

const USAGE = `pnpm bench:usage [--records 10000000] [--accounts 5000] [--keys 2] [--models 8] [--months 6] [--session 10] [--data-dir FOLDER]
  --session: records of one person, key and model in one hour. --data-dir: kept; where it holds usage already, that is only timed.`;

function readOptions(): { plan: UsagePlan; dataDir: string | undefined } {
  const { values } = parseArgs({
    options: {
      records: { type: "string", default: "10000000" },
      accounts: { type: "string", default: "5000" },
      keys: { type: "string", default: "2" },
      models: { type: "string", default: "8" },
      months: { type: "string", default: "6" },
      session: { type: "string", default: "10" },
      "data-dir": { type: "string" },
    },
  });
  const whole = (name: "records" | "accounts" | "keys" | "models" | "months" | "session", most: number) => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 1 || number > most) {
      throw new TypeError(`--${name} is a whole number from 1 to ${most}`);
    }
    return number;
  };
  const hour = 3_600_000;
  const plan: UsagePlan = {
    records: whole("records", 100_000_000),
    accounts: whole("accounts", 1_000_000),
    keysEach: whole("keys", 100),
    models: whole("models", 10_000),
    months: whole("months", 120),
    recordsPerSession: whole("session", 1_000),
    until: new Date(Math.floor(Date.now() / hour) * hour),
  };
  const folder = values["data-dir"];
  return { plan, dataDir: folder === undefined ? undefined : resolve(folder) };
}

const startedAt = performance.now();
function log(line: string): void {
  console.error(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Fills without fsync: a folder that a power cut spoils is filled again. It is stopped in order before it is used. */
async function fill(dataDir: string, plan: UsagePlan, signal: AbortSignal): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, throwAway: true });
  try {
    await applyMigrations(postgres.url);
    await withClient(postgres.url, async (client) => {
      const { rows } = await client.query("select from usage_record limit 1");
      if (rows.length > 0) return log("there is usage already: it is only timed");
      await fillUsage(client, plan, { log, signal });
      log("vacuum and analyze");
      await client.query("vacuum (analyze)");
    });
  } finally {
    await postgres.stop();
  }
}

/** With the settings of a real system, from a cold start. */
async function time(dataDir: string, signal: AbortSignal): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir });
  try {
    await withClient(postgres.url, async (client) => {
      const [sizes] = (await client.query<{ records: string; rollups: string; until: Date }>(SIZES)).rows;
      if (sizes === undefined) throw new Error("the database has no sizes");
      console.log(`${sizes.records} usage records, ${sizes.rollups} rows of rollup\n`);
      signal.throwIfAborted();
      log("timing the pages");
      console.log(markdownTable(await timeQueries(postgres.url, client, sizes.until)));
      signal.throwIfAborted();
      log("adding up the books");
      const from = performance.now();
      const { rows } = await client.query("select * from verify_ledger() limit 10");
      if (rows.length > 0) throw new Error(`the books do not add up: ${JSON.stringify(rows)}`);
      console.log(`\nThe books add up (verify_ledger: ${((performance.now() - from) / 1_000).toFixed(1)} s).`);
    });
  } finally {
    await postgres.stop();
  }
}

const SIZES = `select (select count(*) from usage_record)::text as records, count(*)::text as rollups,
  max(hour) + interval '1 hour' as until from usage_rollup`;

function markdownTable(times: readonly QueryTime[]): string {
  const rows = times.map((each) => [
    each.statement === 1 ? each.page : "… its next statement",
    each.firstMs.toFixed(1),
    each.ms.toFixed(1),
    String(each.blocksHit),
    String(each.blocksRead),
  ]);
  const head = ["page", "first ms", "ms", "blocks in memory", "blocks read"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

async function main(): Promise<void> {
  const { plan, dataDir } = readOptions();
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "lyceum-usage-")));
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => stopped.abort(new Error(`stopped by ${name}`)));
  }
  try {
    await openDataFolder(folder);
    const lock = await lockDataFolder(folder);
    try {
      await fill(folder, plan, stopped.signal);
      await time(folder, stopped.signal);
    } finally {
      await lock.release();
    }
  } finally {
    if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof TypeError) console.error(USAGE);
  process.exitCode = 1;
}
