import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../../../prisma/seed/random.ts";
import type { Campus } from "../campus.ts";
import { findProcesses, killAll } from "./processes.ts";

/** What dies: the top process, one gateway worker, PostgreSQL (its postmaster alone, or every process of it), everything at once. */
export const TARGETS = ["server", "worker", "postmaster", "postgres", "everything"] as const;
export type Target = (typeof TARGETS)[number];

export const WORKERS = 2;
const BACK_MS = 60_000;

/** What was there when the target was killed. */
export type Struck = { target: Target; postmaster: number | null };

/** Kills the target without warning. */
export async function strike(campus: Campus, target: Target, random: Random): Promise<Struck> {
  const { top, workers, postmaster, postgres } = await findProcesses(campus.dataDir);
  const victims = {
    server: top,
    worker: workers.length === 0 ? [] : [workers[random.whole(0, workers.length - 1)] ?? 0],
    postmaster: postmaster === null ? [] : [postmaster],
    postgres,
    everything: [...top, ...workers, ...postgres],
  }[target];
  if (victims.length === 0) throw new Error(`there is no ${target} to kill`);
  killAll(victims);
  return { target, postmaster };
}

/** Waits until the system serves again, starting it where nobody else does. Resolves to the milliseconds it took. */
export async function recover(campus: Campus, { target, postmaster }: Struck): Promise<number> {
  const since = performance.now();
  if (target === "server" || target === "everything") await campus.restart();
  // Processes of a killed postmaster may still answer for a moment.
  const former = ["postmaster", "postgres", "everything"].includes(target) ? postmaster : null;
  while (!(await isServing(campus, former))) {
    if (performance.now() - since > BACK_MS) {
      throw new Error(
        `not serving ${BACK_MS / 1000} s after the ${target} was killed:\n${campus.system.output().slice(-2_000)}`,
      );
    }
    await delay(50);
  }
  return Math.round(performance.now() - since);
}

/** Every worker is there (those of a killed top process, which may still end their streams, beside them) and can reach the database. */
async function isServing(campus: Campus, formerPostmaster: number | null): Promise<boolean> {
  const { workers, postmaster } = await findProcesses(campus.dataDir);
  if (workers.length < WORKERS || postmaster === null || postmaster === formerPostmaster) return false;
  // Connections are handed out in turn: one answer for each worker.
  for (let index = 0; index < WORKERS; index++) {
    const ready = await fetch(`${campus.system.url}/readyz`, { headers: { connection: "close" } }).catch(() => null); // not listening yet
    await ready?.text();
    if (ready?.status !== 200) return false;
  }
  return true;
}
