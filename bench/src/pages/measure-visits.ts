import { median } from "../load/percentiles.ts";
import { cpuOfTrees } from "../stage/process-figures.ts";
import { type Browser, openBrowser } from "./browse.ts";
import type { Scene } from "./campus-scene.ts";
import type { Role, Visit } from "./visits.ts";

export type VisitFigures = Visit & {
  readonly status: number;
  readonly firstByteMs: number;
  readonly ms: number;
  readonly worstMs: number;
  /** CPU of a load: of the console's process, and of PostgreSQL's processes. */
  readonly consoleCpuMs: number;
  readonly databaseCpuMs: number;
  readonly kilobytes: number;
};

export type Processes = { readonly console: number; readonly postmaster: number };

/** Loads each address `warmUps` times and then `loads` times, one after the other. */
export async function measureVisits(
  url: string,
  options: {
    scene: Scene;
    /** What an id in a visit's path stands for, such as :course. */
    ids: Readonly<Record<string, string>>;
    visits: readonly Visit[];
    processes: Processes;
    warmUps: number;
    loads: number;
    signal: AbortSignal;
    log: (line: string) => void;
  },
): Promise<VisitFigures[]> {
  const { scene, ids, visits, processes, warmUps, loads, signal, log } = options;
  const browsers: Record<Role, Browser> = {
    student: await openBrowser(url, scene.student),
    ta: await openBrowser(url, scene.ta),
    admin: await openBrowser(url, scene.admin),
  };
  const cpu = () => ({ console: cpuOfTrees([processes.console]), database: cpuOfTrees([processes.postmaster]) });
  const figures: VisitFigures[] = [];
  try {
    for (const visit of visits) {
      const browser = browsers[visit.role];
      const path = visit.path.replace(/:(\w+)/, (_, name: string) => ids[name] ?? "");
      for (let index = 0; index < warmUps; index++) await browser.load(path);
      const before = cpu();
      const times = [];
      for (let index = 0; index < loads; index++) {
        signal.throwIfAborted();
        times.push(await browser.load(path));
      }
      const after = cpu();
      const status = times.find((each) => each.status !== 200)?.status ?? 200;
      log(`${visit.role} ${visit.path}${status === 200 ? "" : `: ${status}`}`);
      figures.push({
        ...visit,
        status,
        firstByteMs: median(times.map((each) => each.firstByteMs)),
        ms: median(times.map((each) => each.ms)),
        worstMs: Math.max(...times.map((each) => each.ms)),
        consoleCpuMs: (after.console - before.console) / loads,
        databaseCpuMs: (after.database - before.database) / loads,
        kilobytes: median(times.map((each) => each.bytes)) / 1024,
      });
    }
    return figures;
  } finally {
    for (const browser of Object.values(browsers)) await browser.close();
  }
}

/** The Markdown table. */
export function visitsTable(figures: readonly VisitFigures[]): string {
  const head = [
    "who",
    "address",
    "first byte ms",
    "whole ms",
    "worst ms",
    "console CPU ms",
    "PostgreSQL CPU ms",
    "both",
    "KB",
  ];
  const rows = figures.map((each) => [
    each.role,
    `\`${each.path}\`${each.status === 200 ? "" : ` (${each.status})`}`,
    ...[each.firstByteMs, each.ms, each.worstMs, each.consoleCpuMs, each.databaseCpuMs].map((ms) => ms.toFixed(0)),
    (each.consoleCpuMs + each.databaseCpuMs).toFixed(0),
    each.kilobytes.toFixed(0),
  ]);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
