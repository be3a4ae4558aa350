import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { StartupError } from "../startup-error.ts";

const run = promisify(execFile);

/**
 * Under which user PostgreSQL's programs run. They refuse to be root, and initdb wants a user that has a name:
 * `self` is us; `namespace` is us too, but seen by the program as an ordinary user (files stay ours, nothing is
 * chowned); `user` is another user of this machine, to whom the data then belong.
 */
export type RunAs =
  | { kind: "self" }
  | { kind: "namespace"; uid: number; gid: number }
  | { kind: "user"; uid: number; gid: number; name: string };

type PasswdEntry = { name: string; uid: number; gid: number };

/** All users this machine knows by name; empty where there is no such file. */
function readPasswd(): PasswdEntry[] {
  let text: string;
  try {
    text = readFileSync("/etc/passwd", "utf8");
  } catch {
    return []; // a system without the file: callers then fall back to plain numbers
  }
  return text.split("\n").flatMap((line) => {
    const [name, , uid, gid] = line.split(":");
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}

/** The name of a user for people to read; the number where it has none. */
export function userName(uid: number): string {
  return readPasswd().find((entry) => entry.uid === uid)?.name ?? String(uid);
}

/**
 * Chooses how to run PostgreSQL on data that belong to `owner` (null: not there yet).
 * Throws StartupError where PostgreSQL can't run at all, with what to do about it.
 */
export async function chooseRunAs(postgres: string, owner: { uid: number; gid: number } | null): Promise<RunAs> {
  const me = process.getuid?.();
  if (me === undefined) return { kind: "self" };
  const passwd = readPasswd();
  const named = process.platform !== "linux" || passwd.some((entry) => entry.uid === me);
  if (me !== 0 && named) return { kind: "self" };
  if (me === 0 && owner && owner.uid !== 0) {
    return await reachable(postgres, { kind: "user", ...owner, name: userName(owner.uid) });
  }
  const guest = passwd.find((entry) => entry.name === "nobody") ?? passwd.find((entry) => entry.uid > 0);
  if (guest && (await namespacesAllowed(guest))) return { kind: "namespace", uid: guest.uid, gid: guest.gid };
  if (me !== 0) {
    throw new StartupError(
      `The user number ${me} has no name on this machine, which PostgreSQL needs; give it a line in /etc/passwd or set DATABASE_URL.`,
    );
  }
  const other = passwd.find((entry) => entry.name === "postgres") ?? guest;
  if (!other) {
    throw new StartupError(
      "PostgreSQL refuses to run as root and this machine has no other user; start Lyceum as an ordinary user or set DATABASE_URL.",
    );
  }
  return await reachable(postgres, { kind: "user", ...other });
}

async function namespacesAllowed(guest: PasswdEntry): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const [file, args] = wrap({ kind: "namespace", uid: guest.uid, gid: guest.gid }, "true", []);
  return await run(file, args).then(
    () => true,
    () => false, // no unshare, or the container forbids it: the caller has another way
  );
}

async function reachable(postgres: string, user: RunAs & { kind: "user" }): Promise<RunAs> {
  try {
    await run(postgres, ["-V"], { uid: user.uid, gid: user.gid, cwd: "/" });
    return user;
  } catch (cause) {
    throw new StartupError(
      `PostgreSQL refuses to run as root, and the user ${user.name} can't reach ${postgres}; start Lyceum as an ordinary user, open that folder to ${user.name}, or set DATABASE_URL.`,
      { cause },
    );
  }
}

function wrap(runAs: RunAs, file: string, args: string[]): [string, string[]] {
  if (runAs.kind !== "namespace") return [file, args];
  return ["unshare", ["--user", `--map-user=${runAs.uid}`, `--map-group=${runAs.gid}`, file, ...args]];
}

/** Spawns one of PostgreSQL's programs; unshare replaces itself with it, so the child's pid is the program's. */
export function spawnAs(runAs: RunAs, file: string, args: string[], options: SpawnOptions): ChildProcess {
  const [command, wrapped] = wrap(runAs, file, args);
  const ids = runAs.kind === "user" ? { uid: runAs.uid, gid: runAs.gid } : {};
  // A clean environment: PGPORT, PGDATA or a foreign locale of the caller must not change what starts.
  // (Next.js types every environment with a NODE_ENV; PostgreSQL has no use for it.)
  const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC", NODE_ENV: "production" as const };
  return spawn(command, wrapped, { ...options, ...ids, env });
}
