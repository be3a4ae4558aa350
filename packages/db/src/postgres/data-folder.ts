import { chmodSync, type Stats } from "node:fs";
import { access, constants, link, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StartupError } from "../startup-error.ts";
import { processStart } from "./process-identity.ts";
import { userName } from "./run-as.ts";

/** What a running system tells others on the same machine, in `run.json` of its data folder. */
export type RunningSystem = { pid: number; port: number; url: string; databaseUrl: string; startedAt: string };

/** A held data folder. `markStopping` tells the next one who wants it that waiting is worthwhile. */
export type DataFolderLock = { markStopping(): Promise<void>; release(): Promise<void> };

type Holder = { pid: number; start: string; stopping?: boolean };

const WAIT_MS = 100;

/**
 * Makes the data folder, or checks that we may use the one that is there.
 * Throws StartupError if it belongs to another user or can't be written.
 */
export async function openDataFolder(dataDir: string): Promise<void> {
  try {
    await makeFolders(dataDir);
    await access(dataDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const found: Stats | null = await stat(dataDir).catch(() => null);
    if (found?.isDirectory()) throw ofAnother(dataDir, found.uid, cause);
    throw new StartupError(
      `The data folder ${dataDir} can't be made (${(cause as NodeJS.ErrnoException).message}); choose another one with LYCEUM_DATA_DIR.`,
      { cause },
    );
  }
  await checkOwner(dataDir);
}

/** As mkdir with `recursive`, which never returns where a file system answers ENOENT for its own folders (seen under /proc). */
async function makeFolders(path: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = path; !(await exists(folder)) && folder !== dirname(folder); folder = dirname(folder))
    missing.unshift(folder);
  for (const folder of missing) await mkdir(folder, { mode: 0o700 });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

async function checkOwner(path: string): Promise<void> {
  const me = process.getuid?.();
  const { uid } = await stat(path);
  if (me !== undefined && me !== 0 && me !== uid) throw ofAnother(path, uid);
}

function ofAnother(path: string, uid: number, cause?: unknown): StartupError {
  const name = userName(uid);
  return new StartupError(
    `The data folder ${path} belongs to the user ${name}; start Lyceum as ${name} or choose another folder with LYCEUM_DATA_DIR.`,
    { cause },
  );
}

/**
 * Takes the data folder for this process, so that no second system starts on it. A lock left by a killed process is
 * taken over (it names pid and start time of its holder); one whose holder is just stopping is waited for.
 * Throws StartupError while another live process holds it.
 */
export async function lockDataFolder(dataDir: string, log?: (line: string) => void): Promise<DataFolderLock> {
  const path = join(dataDir, "lock");
  const draft = `${path}.${process.pid}`;
  const start = await processStart(process.pid);
  const write = async (holder: Omit<Holder, "start">) => {
    await writeFile(draft, `${JSON.stringify({ ...holder, start })}\n`, { mode: 0o600 });
  };
  const release = async () => {
    if ((await readHolder(path))?.pid === process.pid) await rm(path, { force: true });
  };
  const markStopping = async () => {
    await write({ pid: process.pid, stopping: true });
    await rename(draft, path);
  };
  await write({ pid: process.pid });
  try {
    // link() is atomic and the file is whole when it appears, so nobody reads half a lock.
    for (let waited = false; !(await tryLink(draft, path)); ) {
      const holder = await readHolder(path);
      if (!holder || !(await isAlive(holder))) await removeStaleLock(path);
      else if (!holder.stopping) throw inUse(holder, dataDir);
      else {
        if (!waited) log?.(`Waiting for the Lyceum that is just stopping (process ${holder.pid})`);
        waited = true;
        await delay(WAIT_MS);
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
  return { markStopping, release };
}

function inUse(holder: Holder, dataDir: string): StartupError {
  return new StartupError(
    `Another Lyceum (process ${holder.pid}) is already using the data folder ${dataDir}; stop it first or choose another folder with LYCEUM_DATA_DIR.`,
  );
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function removeStaleLock(path: string): Promise<void> {
  // Moved aside before it is removed: of two processes that found it stale only one gets it.
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (moved && (await isAlive(moved))) await tryLink(aside, path); // it was a new one: put it back
  await rm(aside, { force: true });
}

async function readHolder(path: string): Promise<Holder | null> {
  const value = await readJson(path);
  const { pid, start, stopping } = (value ?? {}) as Partial<Holder>;
  return typeof pid === "number" && typeof start === "string" ? { pid, start, stopping: stopping === true } : null;
}

async function isAlive(holder: Holder): Promise<boolean> {
  return (await processStart(holder.pid)) === holder.start;
}

/** Finds the system that is running on this data folder; null when none is, whatever files are left. */
export async function findRunningSystem(dataDir: string): Promise<RunningSystem | null> {
  const holder = await readHolder(join(dataDir, "lock"));
  if (!holder || !(await isAlive(holder))) return null;
  const run = (await readJson(join(dataDir, "run.json"))) as RunningSystem | null;
  return run?.pid === holder.pid ? run : null;
}

/** Publishes the running system; only the owner may read it, since the database URL can hold a password. */
export async function writeRunFile(dataDir: string, run: RunningSystem): Promise<void> {
  const draft = join(dataDir, `run.json.${process.pid}`);
  await writeFile(draft, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  await rename(draft, join(dataDir, "run.json"));
}

/** Takes the running system's file away; fine when there is none. */
export async function removeRunFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, "run.json"), { force: true });
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null; // torn by a power cut: nobody's lock
  }
}
