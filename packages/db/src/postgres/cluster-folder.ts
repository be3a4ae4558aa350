import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, chown, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { StartupError } from "../startup-error.ts";
import type { PostgresBinaries } from "./binaries.ts";
import { chooseRunAs, type RunAs, spawnAs, userName } from "./run-as.ts";

const run = promisify(execFile);

/** A Unix socket's address holds 107 bytes, of which PostgreSQL's file name takes fifteen. */
const MAX_SOCKET_DIR_BYTES = 90;

/** Where one embedded PostgreSQL lives: its files (a real path), its socket's folder, its log, and who runs it. */
export type ClusterFolder = { pgData: string; socketDir: string; logFile: string; runAs: RunAs };

/**
 * Makes the PostgreSQL files under the data folder if they aren't there, and checks those that are.
 * Throws StartupError for files of another user or another major version, and when they can't be made.
 */
export async function openClusterFolder(
  options: { dataDir: string; throwAway?: boolean; log?: (line: string) => void },
  binaries: PostgresBinaries,
): Promise<ClusterFolder> {
  const home = await realpath(options.dataDir);
  const pgData = join(home, "postgres");
  const made = await stat(pgData).catch(() => null);
  if (made) checkOwner(pgData, made.uid);
  const runAs = await chooseRunAs(binaries.postgres, made && { uid: made.uid, gid: made.gid });
  // Another user must be able to pass through our folder; what lies in it stays closed to it.
  await chmod(home, runAs.kind === "user" ? 0o711 : 0o700).catch(ignoreForeignOwner);
  if (made) await checkVersion(pgData, binaries);
  else {
    options.log?.("Creating the database files");
    await initialise(pgData, binaries.initdb, runAs, options.throwAway ? ["--no-sync"] : []);
  }
  await handOver(pgData, runAs);
  await chmod(pgData, 0o700); // PostgreSQL refuses anything looser, and copying a folder loosens it
  const socketDir = await openSocketDir(home, runAs);
  return { pgData, socketDir, logFile: join(home, "postgres.log"), runAs };
}

function ignoreForeignOwner(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPERM") throw error; // a folder we may use but don't own keeps its mode
}

function checkOwner(pgData: string, owner: number): void {
  const me = process.getuid?.();
  if (me === undefined || me === 0 || me === owner) return;
  throw new StartupError(
    `The database files in ${pgData} belong to the user ${userName(owner)}; start Lyceum as ${userName(owner)} or choose another folder with LYCEUM_DATA_DIR.`,
  );
}

async function checkVersion(pgData: string, binaries: PostgresBinaries): Promise<void> {
  const [text, { stdout }] = await Promise.all([
    readFile(join(pgData, "PG_VERSION"), "utf8").catch((cause: unknown) => {
      throw new StartupError(
        `${pgData} holds no PostgreSQL database (PG_VERSION is missing); restore it from a backup or choose another folder with LYCEUM_DATA_DIR.`,
        { cause },
      );
    }),
    run(binaries.postgres, ["-V"]),
  ]);
  const theirs = text.trim();
  const ours = /(\d+)(\.|beta|rc|devel)/.exec(stdout)?.[1];
  if (theirs !== ours) {
    throw new StartupError(
      `The database files in ${pgData} were made by PostgreSQL ${theirs}, but this Lyceum brings PostgreSQL ${ours}; start the version of Lyceum that made them or choose another folder with LYCEUM_DATA_DIR.`,
    );
  }
}

/** Builds the files beside their place and moves them there whole, so that a killed start leaves nothing half-made. */
async function initialise(pgData: string, initdb: string, runAs: RunAs, extra: string[]): Promise<void> {
  const draft = `${pgData}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await handOver(draft, runAs);
  const args = ["-D", draft, "--encoding=UTF8", "--locale=C", "-U", "lyceum", "--auth=trust", ...extra];
  const child = spawnAs(runAs, initdb, args, { stdio: ["ignore", "ignore", "pipe"], cwd: "/" });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (code !== 0) {
    await rm(draft, { recursive: true, force: true });
    const reason = said.split("\n").find((line) => /error|fatal/i.test(line)) ?? said.trim();
    const { uid } = await stat(dirname(pgData));
    // As root PostgreSQL runs as somebody else, who may not write into a third one's folder.
    const whose = /permission denied/i.test(reason) && uid !== process.getuid?.();
    const advice = whose
      ? ` The folder belongs to the user ${userName(uid)}: start Lyceum as ${userName(uid)}, or choose another one with LYCEUM_DATA_DIR.`
      : "";
    throw new StartupError(`The database files can't be made in ${pgData}: ${reason}.${advice}`);
  }
  await rename(draft, pgData);
}

/** Gives the files to the user who runs PostgreSQL; quick when they are that user's already. */
async function handOver(path: string, runAs: RunAs): Promise<void> {
  if (runAs.kind !== "user" || (await lstat(path)).uid === runAs.uid) return;
  for (const entry of await readdir(path, { recursive: true })) await chown(join(path, entry), runAs.uid, runAs.gid);
  await chown(path, runAs.uid, runAs.gid);
}

async function openSocketDir(home: string, runAs: RunAs): Promise<string> {
  const beside = join(home, "socket");
  const uid = runAs.kind === "user" ? runAs.uid : (process.getuid?.() ?? 0);
  const short = join(tmpdir(), `lyceum-${uid}-${createHash("sha256").update(home).digest("hex").slice(0, 12)}`);
  const dir = Buffer.byteLength(beside) <= MAX_SOCKET_DIR_BYTES ? beside : short;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const found = await lstat(dir);
  const me = process.getuid?.();
  // The temporary folder is everybody's: somebody else's folder under our name must not get our clients.
  if (!found.isDirectory() || (me !== undefined && found.uid !== me && found.uid !== uid)) {
    throw new StartupError(`${dir} should hold the database's socket but belongs to someone else; remove it.`);
  }
  await handOver(dir, runAs);
  await chmod(dir, 0o700);
  return dir;
}
