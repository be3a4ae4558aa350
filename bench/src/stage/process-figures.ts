import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second in /proc: 100 on every Linux of today. */
const TICK_MS = 10;

type Process = { pid: number; parent: number; cpuMs: number };

/** CPU time (user + system, with that of ended children) of processes and all their descendants, in ms. Linux only. */
export function cpuOfTrees(roots: readonly number[]): number {
  return trees(roots).reduce((sum, each) => sum + each.cpuMs, 0);
}

/**
 * CPU time of processes and all their descendants in ms, to the nanosecond: for runs of which the ticks of `cpuOfTrees` are a large part. Threads
 * and processes that have ended are not in it. Linux only.
 */
export function threadCpuOfTrees(roots: readonly number[]): number {
  let nanos = 0;
  for (const { pid } of trees(roots)) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [ran = "0"] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
      nanos += Number(ran);
    }
  }
  return nanos / 1e6;
}

/** Resident memory of processes and all their descendants, in KB of 1,024 bytes. Linux only. */
export function residentKbOfTrees(roots: readonly number[]): number {
  return trees(roots).reduce((sum, { pid }) => {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return sum + Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  }, 0);
}

/** Children of a process whose command line holds a text. */
export function childrenOf(parent: number, text: string): number[] {
  return processes()
    .filter((each) => each.parent === parent)
    .map((each) => each.pid)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").includes(text));
}

function trees(roots: readonly number[]): Process[] {
  const all = processes();
  const wanted = new Set(roots);
  // A parent's number can be higher than its child's, so this goes on until nothing is added.
  for (let size = -1; size !== wanted.size; ) {
    size = wanted.size;
    for (const each of all) if (wanted.has(each.parent)) wanted.add(each.pid);
  }
  return all.filter((each) => wanted.has(each.pid));
}

function processes(): Process[] {
  const found: Process[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // Fields after the name in brackets: 0 state, 1 parent, 11 utime, 12 stime, 13 and 14 those of ended children.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
      found.push({ pid: Number(name), parent: Number(fields[1]), cpuMs: ticks * TICK_MS });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" && (error as NodeJS.ErrnoException).code !== "ESRCH")
        throw error;
    }
  }
  return found;
}
