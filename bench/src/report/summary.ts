import { median, type Spread } from "../load/percentiles.ts";
import type { Run } from "../measure.ts";
import type { TargetName } from "../stage/stage.ts";

/** One line of the table: medians over the rounds. Null: not measured, or it has no meaning here. */
export type Line = {
  readonly scenario: string;
  readonly unit: string;
  readonly target: TargetName;
  readonly perSecond: number | null;
  readonly latency: Spread | null;
  /** Against the direct run of the same round. */
  readonly added: Spread | null;
  readonly firstByteMs: number | null;
  readonly addedFirstByteMs: number | null;
  /** For each unit: the floor's process, or the gateway's workers. */
  readonly proxyCpuMs: number | null;
  readonly databaseCpuMs: number | null;
  /** Against the floor of the same round. */
  readonly cpuToFloor: number | null;
  readonly cpuWithDatabaseToFloor: number | null;
  readonly streamKb: number | null;
  readonly streamKbToFloor: number | null;
};

/** The lines of one scenario. Differences and ratios are taken within a round, then their median: so slow drifts cancel out. */
export function summarise(scenario: { name: string; unit: string }, rounds: readonly (readonly Run[])[]): Line[] {
  const targets = rounds[0]?.map((run) => run.target) ?? [];
  return targets.map((target) => {
    const over = (pick: (run: Run, other: (name: TargetName) => Run | undefined) => number | null | undefined) => {
      const values = rounds.flatMap((runs) => {
        const of = (name: TargetName) => runs.find((run) => run.target === name);
        const run = of(target);
        const value = run === undefined ? null : pick(run, of);
        return value === null || value === undefined ? [] : [value];
      });
      return values.length === 0 ? null : median(values);
    };
    const spread = (pick: (run: Run, key: keyof Spread, direct: Run | undefined) => number | null | undefined) => {
      const of = (key: keyof Spread) => over((run, other) => pick(run, key, other("direct")));
      const [p50, p99, p999] = [of("p50"), of("p99"), of("p999")];
      return p50 === null || p99 === null || p999 === null ? null : { p50, p99, p999 };
    };
    const isDirect = target === "direct";
    const isGateway = target === "gateway";
    return {
      scenario: scenario.name,
      unit: scenario.unit,
      target,
      perSecond: over((run) => run.unitsPerSecond),
      latency: spread((run, key) => run.latency?.[key]),
      added: isDirect ? null : spread((run, key, direct) => minus(run.latency?.[key], direct?.latency?.[key])),
      firstByteMs: over((run) => run.firstByte?.p50),
      addedFirstByteMs: isDirect
        ? null
        : over((run, other) => minus(run.firstByte?.p50, other("direct")?.firstByte?.p50)),
      proxyCpuMs: over((run) => run.proxyCpuMs),
      databaseCpuMs: over((run) => run.databaseCpuMs),
      cpuToFloor: isGateway ? over((run, other) => ratio(run.proxyCpuMs, other("floor")?.proxyCpuMs)) : null,
      cpuWithDatabaseToFloor: isGateway
        ? over((run, other) => ratio(plus(run.proxyCpuMs, run.databaseCpuMs), other("floor")?.proxyCpuMs))
        : null,
      streamKb: over((run) => run.residentKb),
      streamKbToFloor: isGateway ? over((run, other) => ratio(run.residentKb, other("floor")?.residentKb)) : null,
    };
  });
}

type Maybe = number | null | undefined;

function minus(a: Maybe, b: Maybe): number | null {
  return a == null || b == null ? null : a - b;
}

function plus(a: Maybe, b: Maybe): number | null {
  return a == null || b == null ? null : a + b;
}

function ratio(a: Maybe, b: Maybe): number | null {
  return a == null || b == null || b === 0 ? null : a / b;
}
