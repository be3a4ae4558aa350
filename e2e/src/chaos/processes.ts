import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";

/** The processes of a system, by what they do; also those that were left behind by a top process that is gone. */
export type SystemProcesses = { top: number[]; workers: number[]; postmaster: number | null; postgres: number[] };

/** Finds them in /proc by program, data folder and working folder. Linux only. */
export async function findProcesses(dataDir: string): Promise<SystemProcesses> {
  const pgData = join(await realpath(dataDir), "postgres");
  const postmasterPid = Number.parseInt(await readFile(join(pgData, "postmaster.pid"), "utf8").catch(() => ""), 10);
  const found: SystemProcesses = { top: [], workers: [], postmaster: null, postgres: [] };
  for (const name of await readdir("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if ((await readlink(`/proc/${name}/cwd`).catch(() => "")) === pgData) {
      // Every process of PostgreSQL works in its data folder, and nobody else does.
      found.postgres.push(pid);
      if (pid === postmasterPid) found.postmaster = pid;
      continue;
    }
    const [command = "", environment = ""] = await Promise.all(
      ["cmdline", "environ"].map((file) => readFile(`/proc/${name}/${file}`, "utf8").catch(() => "")), // gone, or not ours
    );
    if (!environment.split("\0").includes(`LYCEUM_DATA_DIR=${dataDir}`)) continue;
    if (command.includes("apps/server/src/main.ts")) found.top.push(pid);
    else if (command.includes("apps/server/src/worker.ts")) found.workers.push(pid);
  }
  return found;
}

/** Ends processes without warning; those that are gone already don't matter. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
