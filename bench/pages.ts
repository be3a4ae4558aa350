// `pnpm bench:pages`: a campus with a term of usage, 500 models and somebody with a thousand conversations, and what each page of the console
// takes the server there. docs/performance.md says how to read the table.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { lockDataFolder, openDataFolder } from "@lyceum/db/data-folder";
import { startEmbeddedPostgres } from "@lyceum/db/embedded-postgres";
import { applyMigrations } from "@lyceum/db/migrations";
import { formatRequestId } from "@lyceum/domain";
import { startSystem } from "@lyceum/e2e/system";
import pg from "pg";
import { openScene, type Scene } from "./src/pages/campus-scene.ts";
import { measureVisits, visitsTable } from "./src/pages/measure-visits.ts";
import { listVisits, type Visit } from "./src/pages/visits.ts";
import { childrenOf } from "./src/stage/process-figures.ts";
import { fillUsage } from "./src/usage/fill.ts";

const USAGE = `pnpm bench:pages --data-dir FOLDER [--records 10000000] [--loads 7] [--warm-ups 3] [--only TEXT]…
  --data-dir: kept; where it is filled already, its pages are only timed. --only: addresses that begin with this, or "student", "ta", "admin".`;

const HOUR_MS = 3_600_000;

type Options = { dataDir: string; records: number; loads: number; warmUps: number; only: string[] };

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      "data-dir": { type: "string" },
      records: { type: "string", default: "10000000" },
      loads: { type: "string", default: "7" },
      "warm-ups": { type: "string", default: "3" },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  const whole = (name: "records" | "loads" | "warm-ups", most: number) => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 1 || number > most) {
      throw new TypeError(`--${name} is a whole number from 1 to ${most}`);
    }
    return number;
  };
  const dataDir = values["data-dir"];
  if (dataDir === undefined) throw new TypeError("--data-dir is missing");
  return {
    dataDir: resolve(dataDir),
    records: whole("records", 100_000_000),
    loads: whole("loads", 1_000),
    warmUps: whole("warm-ups", 1_000),
    only: values.only,
  };
}

const startedAt = performance.now();
function log(line: string): void {
  console.error(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
}

/** The scene, and the id of the last request that the student was charged for. */
async function prepare({ dataDir, records }: Options, signal: AbortSignal): Promise<{ scene: Scene; request: string }> {
  await openDataFolder(dataDir);
  const lock = await lockDataFolder(dataDir);
  try {
    const postgres = await startEmbeddedPostgres({ dataDir, throwAway: true });
    const client = new pg.Client({ connectionString: postgres.url });
    try {
      await applyMigrations(postgres.url);
      await client.connect();
      if ((await client.query("select from usage_record limit 1")).rows.length === 0) {
        const until = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
        const people = { accounts: 5_000, keysEach: 2, models: 500, months: 6, recordsPerSession: 10 };
        await fillUsage(client, { ...people, records, until }, { log, signal });
      }
      const scene = await openScene(client, { url: postgres.url, log });
      const { rows } = await client.query<{ id: string }>(
        `select r.id from usage_record r join account a on a.id = r.account_id join app_user u on u.id = a.user_id
          where u.student_id = $1 and r.charge_nanos > 0 order by r.id desc limit 1`,
        [scene.student],
      );
      if (rows[0] === undefined) throw new Error("the student has no usage");
      return { scene, request: formatRequestId(rows[0].id) };
    } finally {
      await client.end();
      await postgres.stop();
    }
  } finally {
    await lock.release();
  }
}

function chosen(visits: readonly Visit[], only: readonly string[]): Visit[] {
  if (only.length === 0) return [...visits];
  return visits.filter(({ role, path }) =>
    only.some((text) => text === role || text === path || (text !== "/" && path.startsWith(text))),
  );
}

async function main(): Promise<void> {
  const options = readOptions();
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => stopped.abort(new Error(`stopped by ${name}`)));
  }
  const { signal } = stopped;
  const { scene, request } = await prepare(options, signal);
  signal.throwIfAborted();
  log("starting the system");
  const system = await startSystem({ dataDir: options.dataDir });
  try {
    const postmaster = await readFile(join(options.dataDir, "postgres", "postmaster.pid"), "utf8");
    const [console_] = childrenOf(system.pid, "next");
    if (console_ === undefined) throw new Error("the console's process is not found");
    const figures = await measureVisits(system.url, {
      ...{ scene, ids: { ...scene, request }, visits: chosen(listVisits(), options.only), signal, log },
      processes: { console: console_, postmaster: Number(postmaster.split("\n")[0]) },
      ...{ warmUps: options.warmUps, loads: options.loads },
    });
    console.log(visitsTable(figures));
  } catch (error) {
    if (!signal.aborted)
      console.error(`The server's last words:\n${system.output().trimEnd().split("\n").slice(-20).join("\n")}`);
    throw error;
  } finally {
    await system.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof TypeError) console.error(USAGE);
  process.exitCode = 1;
}
