import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * When a process started, as an opaque text that differs from that of every later process with the same pid, also
 * after a reboot or in another container. Null when there is no such process, or only its unreaped remains.
 */
export async function processStart(pid: number): Promise<string | null> {
  if (process.platform !== "linux") return await psField(pid, "lstart");
  const stat = await readProc(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name in parentheses may itself hold spaces and parentheses: count from the last one. Fields 3 and 22.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return null;
  const boot = (await readProc("/proc/sys/kernel/random/boot_id")) ?? "";
  return `${boot.trim()}:${fields[19]}`;
}

/** Whether a live process with this pid is a `postgres` that works on the data in `pgData` (a real path). */
export async function isPostgresOf(pid: number, pgData: string): Promise<boolean> {
  if ((await processStart(pid)) === null) return false;
  if (process.platform !== "linux") return (await psField(pid, "command"))?.includes(pgData) ?? false;
  const comm = await readProc(`/proc/${pid}/comm`);
  if (comm?.trim() !== "postgres") return false;
  // Every PostgreSQL process works in its data folder. One that we may not look into counts as ours: taking a
  // stranger for ours costs a clear sentence, taking ours for a stranger could start two on the same files.
  return await readlink(`/proc/${pid}/cwd`).then(
    (cwd) => cwd === pgData,
    (error: NodeJS.ErrnoException) => error.code === "EACCES" || error.code === "EPERM",
  );
}

async function readProc(path: string): Promise<string | null> {
  return await readFile(path, "utf8").catch(() => null); // it may end between two looks: that means "gone"
}

async function psField(pid: number, field: string): Promise<string | null> {
  return await run("ps", ["-o", `${field}=`, "-p", String(pid)]).then(
    ({ stdout }) => stdout.trim() || null,
    () => null, // ps exits 1 for a pid that isn't there
  );
}
