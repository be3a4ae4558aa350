import { closeSync, fchownSync, openSync } from "node:fs";
import { open, readdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StartupError } from "../startup-error.ts";
import type { ClusterFolder } from "./cluster-folder.ts";
import { isPostgresOf, processStart } from "./process-identity.ts";
import { spawnAs } from "./run-as.ts";

const POLL_MS = 20;
/** How long remains of a killed PostgreSQL may stand in the way of a new one. */
const RETRY_MS = 10_000;
/** Crash recovery replays at most max_wal_size of log; on a slow disk that takes a while. */
const READY_MS = 180_000;
const STOP_MS = 30_000;
const MAX_LOG_BYTES = 16 * 1024 * 1024;

export type Postmaster = { pid: number; socketDir: string };

/** What `postmaster.pid` says: its own pid, its socket's folder, and how far it is. Null when there is no such file. */
async function readPidFile(pgData: string): Promise<(Postmaster & { status: string }) | null> {
  const text = await readFile(join(pgData, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, socketDir: lines[4]?.trim() ?? "", status: lines[7]?.trim() ?? "" };
}

/** The postmaster that already runs on these files, ready for clients; null when none does. */
export async function findPostmaster(pgData: string): Promise<Postmaster | null> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const found = await readPidFile(pgData);
    if (!found || !(await isPostgresOf(found.pid, pgData))) return null;
    if (found.status === "ready") return found;
    if (Date.now() > deadline) {
      throw new StartupError(
        `The database in ${pgData} (process ${found.pid}) has been "${found.status}" for ${READY_MS / 1000} s; postgres.log beside it says why.`,
      );
    }
    await delay(POLL_MS);
  }
}

/** Starts a postmaster in a session of its own and waits until it takes clients. Throws StartupError if it won't. */
export async function launchPostmaster(folder: ClusterFolder, postgres: string): Promise<Postmaster> {
  const deadline = Date.now() + RETRY_MS;
  for (;;) {
    const outcome = await tryLaunch(folder, postgres);
    if (typeof outcome !== "string") return outcome;
    // Seen after kill -9 of the postmaster: its pid is not reaped yet, or its last backends are still leaving.
    const inTheWay = /lock file .* already exists|pre-existing shared memory|could not bind/i.test(outcome);
    if (!inTheWay || Date.now() > deadline) {
      throw new StartupError(`The database doesn't start: ${outcome} (more in ${folder.logFile}).`);
    }
    await removeStrangersPidFile(folder.pgData);
    await delay(200);
  }
}

async function tryLaunch(folder: ClusterFolder, postgres: string): Promise<Postmaster | string> {
  await trimLog(folder.logFile);
  const logFrom = (await stat(folder.logFile).catch(() => null))?.size ?? 0;
  const log = openSync(folder.logFile, "a", 0o600);
  if (folder.runAs.kind === "user") fchownSync(log, folder.runAs.uid, folder.runAs.gid);
  const child = spawnAs(folder.runAs, postgres, ["-D", folder.pgData], { stdio: ["ignore", log, log], detached: true });
  closeSync(log);
  let ended: string | null = null;
  child.once("error", (error) => {
    ended = error.message;
  });
  child.once("exit", (code, signal) => {
    ended ??= `it ended with ${signal ?? code}`;
  });
  child.unref();
  const deadline = Date.now() + READY_MS;
  while (ended === null) {
    const found = await readPidFile(folder.pgData);
    if (found && found.pid === child.pid && found.status === "ready") return found;
    if (Date.now() > deadline) {
      child.kill("SIGQUIT");
      return `it was not ready within ${READY_MS / 1000} s`;
    }
    await delay(POLL_MS);
  }
  return (await lastComplaint(folder.logFile, logFrom)) ?? ended;
}

async function trimLog(logFile: string): Promise<void> {
  const size = (await stat(logFile).catch(() => null))?.size ?? 0;
  if (size > MAX_LOG_BYTES) await truncate(logFile, 0);
}

async function lastComplaint(logFile: string, from: number): Promise<string | null> {
  const file = await open(logFile, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, from);
    const lines = buffer.subarray(0, bytesRead).toString("utf8").split("\n");
    const worst = lines.find((line) => /(FATAL|PANIC): {2}/.test(line)) ?? lines.find((line) => line.trim() !== "");
    return worst?.replace(/^.*?(FATAL|PANIC): {2}/, "").trim() ?? null;
  } finally {
    await file.close();
  }
}

/**
 * Pids repeat in containers: a pid file left by a killed PostgreSQL may name a live process that has nothing to do
 * with it, and would block every start for ever. It is removed once no PostgreSQL process works on these files.
 */
async function removeStrangersPidFile(pgData: string): Promise<void> {
  const found = await readPidFile(pgData);
  if (!found || (await isPostgresOf(found.pid, pgData))) return;
  if (process.platform === "linux") {
    const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
    for (const pid of pids) if (await isPostgresOf(pid, pgData)) return;
  }
  await rm(join(pgData, "postmaster.pid"), { force: true });
}

/** Stops a postmaster: fast (open transactions are rolled back, clients cut), and at once if that takes too long. */
export async function stopPostmaster(pid: number): Promise<void> {
  const start = await processStart(pid);
  if (start === null) return;
  signal(pid, "SIGINT");
  const deadline = Date.now() + STOP_MS;
  while ((await processStart(pid)) === start) {
    if (Date.now() > deadline) {
      signal(pid, "SIGQUIT");
      return;
    }
    await delay(POLL_MS);
  }
}

/** It may have ended between two looks. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
