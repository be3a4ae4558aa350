import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { processStart } from "./process-identity.ts";

let dataDir: string;
const started: EmbeddedPostgres[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "pg-"));
});

afterEach(async () => {
  for (const postgres of started.splice(0)) await postgres.stop();
  await rm(dataDir, { recursive: true });
});

async function start(folder = dataDir): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir: folder, throwAway: true });
  started.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8")).split("\n")[0]);
}

describe("startEmbeddedPostgres", () => {
  it("keeps its data over a stop and a start, and listens on no TCP port", async () => {
    const first = await start();
    await query(first.url, "create table kept (v int)");
    expect(await query(first.url, "show listen_addresses")).toEqual([{ listen_addresses: "" }]);
    await first.stop();
    expect(await first.isRunning()).toBe(false);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.url, "select * from kept")).toEqual([]);
  });

  it("adopts the one that a killed process left running, and stops it in the end", async () => {
    const orphan = await start();
    const pid = await postmasterPid();
    const adopted = await start();
    expect(adopted).toMatchObject({ adopted: true, url: orphan.url });
    expect(await postmasterPid()).toBe(pid);
    await adopted.stop();
    expect(await processStart(pid)).toBeNull();
  });

  it("recovers what was committed before the postmaster was killed outright", async () => {
    const first = await start();
    await query(first.url, "create table kept as select 7 as v");
    process.kill(await postmasterPid(), "SIGKILL");
    const second = await start();
    expect(await query(second.url, "select v from kept")).toEqual([{ v: 7 }]);
  });

  it("recovers what was committed before the postmaster was killed while it was asked who it is", async () => {
    const first = await start();
    await query(first.url, "create table kept as select 7 as v");
    const pid = await postmasterPid();
    process.kill(pid, "SIGSTOP");
    const starting = start();
    // Two lines: the one that listens, and the connection that it has not taken yet.
    const socket = join(await realpath(dataDir), "socket/.s.PGSQL.5432");
    const sockets = async () =>
      (await readFile("/proc/net/unix", "utf8")).split("\n").filter((line) => line.endsWith(socket)).length;
    if (process.platform === "linux") await expect.poll(sockets, { timeout: 25_000 }).toBeGreaterThan(1);
    process.kill(pid, "SIGKILL");
    const second = await starting;
    expect(await query(second.url, "select v from kept")).toEqual([{ v: 7 }]);
  });

  it("is not held up by a pid file whose pid now belongs to a stranger", async () => {
    const first = await start();
    const pidFile = join(dataDir, "postgres/postmaster.pid");
    const left = (await readFile(pidFile, "utf8")).split("\n");
    await first.stop();
    await writeFile(pidFile, [String(process.ppid), ...left.slice(1)].join("\n"));
    const second = await start();
    expect(await query(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("takes a shorter place for its socket when the data folder's path is too long for one", async () => {
    const deep = join(dataDir, "d".repeat(60), "e".repeat(60));
    await mkdir(deep, { recursive: true });
    const postgres = await start(deep);
    expect(await query(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
    const host = new URL(postgres.url).searchParams.get("host") ?? "";
    expect(Buffer.byteLength(host)).toBeLessThanOrEqual(90);
    await postgres.stop();
    await rm(host, { recursive: true });
  });

  it("refuses the files of another major version in one sentence", async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, "postgres/PG_VERSION"), "12\n");
    await expect(start()).rejects.toThrow(
      /^The database files in .+ were made by PostgreSQL 12, but this Lyceum brings/,
    );
  });

  it("says in one sentence why the database doesn't start", async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, "postgres/postgresql.auto.conf"), "no_such_setting = 1\n");
    await expect(start()).rejects.toThrow(/^The database doesn't start: .+postgres\.log\)\.$/);
  });
});
