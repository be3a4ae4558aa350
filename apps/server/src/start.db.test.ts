import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createTestDatabase } from "@lyceum/db/testing";
import { freePort } from "@lyceum/db/testing-port";
import { administer } from "@lyceum/db/testing-server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { childEnvironment } from "./env.ts";

// Each makes a database of its own and starts processes, some of them twice: on a busy machine that is more than the usual minute.
vi.setConfig({ testTimeout: 240_000 });

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

let dataDir: string;
let port: number;
const running: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "start-"));
  port = await freePort();
});

afterEach(async () => {
  for (const child of running.splice(0)) await end(child, "SIGTERM");
  await rm(dataDir, { recursive: true, force: true });
});

type Started = { child: ChildProcess; line: Promise<Record<string, unknown>>; stderr: () => string };

/** Starts the gateway without the console on a data folder and a port of its own. */
function start(env: Record<string, string> = {}, args: string[] = []): Started {
  const child = spawn(process.execPath, [MAIN, "--json", "--no-console", ...args], {
    env: childEnvironment({ PORT: String(port), LYCEUM_DATA_DIR: dataDir, DATABASE_URL: "", ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  const line = new Promise<Record<string, unknown>>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").once("data", (chunk: string) => resolve(JSON.parse(chunk)));
    child.once("close", () => reject(new Error(`it ended: ${stderr}`)));
  });
  line.catch(() => undefined); // tests of a failing start look at its end instead
  return { child, line, stderr: () => stderr };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, "close");
  }
  return child.exitCode;
}

/** Starts, expects the start to fail, and returns the last line of what it said. */
async function refusal(env: Record<string, string> = {}): Promise<string | undefined> {
  const { child, stderr } = start(env);
  await once(child, "close");
  expect(child.exitCode).toBe(1);
  return stderr().trim().split("\n").at(-1);
}

const health = async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).status;

describe("a start that fails", () => {
  it("names the variable that makes no sense", async () => {
    expect(await refusal({ PORT: "0" })).toBe(
      'The environment variable PORT must be a port number from 1 to 65535 (it is "0").',
    );
  });

  it("says that the port is in use and starts nothing", async () => {
    const server = createServer().listen(port, "0.0.0.0");
    await once(server, "listening");
    expect(await refusal()).toBe(`Port ${port} is already in use; stop what uses it or choose another one with PORT.`);
    server.close();
    expect(existsSync(join(dataDir, "postgres"))).toBe(false);
    expect(existsSync(join(dataDir, "lock"))).toBe(false);
  });

  it("says that the database can't be reached", async () => {
    expect(await refusal({ DATABASE_URL: "postgresql://me:hunter2@127.0.0.1:1/campus" })).toBe(
      "The database me@127.0.0.1:1/campus can't be reached: connect ECONNREFUSED 127.0.0.1:1; check DATABASE_URL.",
    );
  });

  it("says that the database is newer, before anything listens", async () => {
    const database = await createTestDatabase();
    await administer(
      database.url,
      `insert into "_prisma_migrations" (id, checksum, migration_name, finished_at) values ('f', 'f', '9_future', now())`,
    );
    expect(await refusal({ DATABASE_URL: database.url })).toMatch(
      /^The database is newer than this Lyceum: .+9_future/,
    );
    await expect(health()).rejects.toThrow();
    await database.drop();
  });

  it("says that the database files are of another version, and leaves none of its processes behind", async () => {
    await mkdir(join(dataDir, "postgres"), { mode: 0o700 });
    await writeFile(join(dataDir, "postgres/PG_VERSION"), "12\n");
    expect(await refusal()).toMatch(/^The database files in .+ were made by PostgreSQL 12, but this Lyceum brings/);
  });
});

describe("a start", () => {
  it("answers, prints one line for machines, keeps a second start away, and ends every part on SIGTERM", async () => {
    const { child, line } = start();
    const told = await line;
    expect(told).toMatchObject({ url: `http://localhost:${port}`, dataDir, pid: child.pid });
    expect(told.signIn).toMatchObject({ password: expect.any(String) });
    expect(await health()).toBe(200);
    expect(JSON.parse(await readFile(join(dataDir, "run.json"), "utf8"))).toMatchObject({ pid: child.pid, port });
    expect(await refusal()).toMatch(new RegExp(`^Another Lyceum \\(process ${child.pid}\\) is already using`));
    expect(await end(child, "SIGTERM")).toBe(0);
    for (const left of ["run.json", "lock", "postgres/postmaster.pid"])
      expect(existsSync(join(dataDir, left))).toBe(false);
    await expect(health()).rejects.toThrow();
  });

  it("recovers after kill -9 of the top process: same database, no second first admin", async () => {
    const first = start();
    expect((await first.line).signIn).not.toBeNull();
    await end(first.child, "SIGKILL");
    const orphan = await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8");
    await untilGone();
    const second = start();
    expect((await second.line).signIn).toBeNull();
    expect(await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8")).toBe(orphan);
    expect(await health()).toBe(200);
    expect(await end(second.child, "SIGINT")).toBe(0);
    expect(existsSync(join(dataDir, "postgres/postmaster.pid"))).toBe(false);
  });

  it("becomes the demo with --demo, and answers with the key and the model that it prints", async () => {
    const told = (await start({}, ["--demo"]).line) as { keys: { key: string }[]; models: string[] };
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${told.keys[0]?.key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: told.models[0], messages: [{ role: "user", content: "你好" }] }),
    });
    expect(await response.json()).toMatchObject({ choices: [{ message: { role: "assistant" } }] });
  });

  it("ends the connections that a killed worker had been handed and not yet taken", async () => {
    const { line, child } = start({ GATEWAY_WORKERS: "1" });
    await line;
    const [worker = 0] = await workersOf(child);
    process.kill(worker, "SIGSTOP");
    const client = connect(port, "127.0.0.1");
    client.on("error", () => undefined); // being reset is an end too
    const ended = new Promise((resolve) => client.resume().once("close", resolve));
    await once(client, "connect");
    // Where the top process has not handed it over by then, the next worker gets it, and answers: that is an end, too.
    client.write("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    await delay(500);
    process.kill(worker, "SIGKILL");
    await Promise.race([ended, delay(60_000).then(() => Promise.reject(new Error("the client still waits")))]);
  });

  it("replaces a worker that was killed", async () => {
    const { line, child } = start({ GATEWAY_WORKERS: "1" });
    await line;
    const [worker] = await workersOf(child);
    process.kill(worker ?? 0, "SIGKILL");
    // A busy machine takes longer than poll's second to start a process.
    const patience = { timeout: 60_000 };
    await expect.poll(async () => (await workersOf(child)).filter((pid) => pid !== worker).length, patience).toBe(1);
    await expect.poll(() => health().catch(() => 0), patience).toBe(200);
  });
});

/** Workers notice by their channel that the top process is gone; until then the port is theirs. */
async function untilGone(): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    if (
      await health().then(
        () => false,
        () => true,
      )
    )
      return;
    await delay(20);
  }
  throw new Error("a worker outlived the top process");
}

async function workersOf(parent: ChildProcess): Promise<number[]> {
  const { execFileSync } = await import("node:child_process");
  const rows = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  return rows.flatMap((row) => {
    const [pid, ppid, ...args] = row.trim().split(/\s+/);
    return Number(ppid) === parent.pid && args.join(" ").endsWith("worker.ts") ? [Number(pid)] : [];
  });
}
