import type { Spread } from "../load/percentiles.ts";
import type { Line } from "./summary.ts";

const COLUMNS: readonly [string, (line: Line) => string][] = [
  ["scenario", (line) => line.scenario],
  ["run", (line) => line.target],
  ["unit", (line) => line.unit],
  ["units/s", (line) => fixed(line.perSecond, 0)],
  ["ms p50 / p99 / p99.9", (line) => spread(line.latency)],
  ["added ms p50 / p99 / p99.9", (line) => spread(line.added)],
  ["first byte ms p50 (added)", (line) => firstByte(line)],
  ["proxy CPU ms", (line) => fixed(line.proxyCpuMs, 3)],
  ["PostgreSQL CPU ms", (line) => fixed(line.databaseCpuMs, 3)],
  ["proxy ÷ floor", (line) => fixed(line.cpuToFloor, 2)],
  ["with PostgreSQL ÷ floor", (line) => fixed(line.cpuWithDatabaseToFloor, 2)],
  ["KB a stream", (line) => fixed(line.streamKb, 0)],
  ["KB ÷ floor", (line) => fixed(line.streamKbToFloor, 2)],
];

/** The Markdown table: a line for each scenario and target. */
export function markdownTable(lines: readonly Line[]): string {
  const head = COLUMNS.map(([title]) => title);
  const rows = lines.map((line) => COLUMNS.map(([, cell]) => cell(line)));
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function spread(value: Spread | null): string {
  if (value === null) return "–";
  return [value.p50, value.p99, value.p999].map((each) => each.toFixed(2)).join(" / ");
}

function firstByte({ firstByteMs, addedFirstByteMs }: Line): string {
  if (firstByteMs === null) return "–";
  return addedFirstByteMs === null
    ? firstByteMs.toFixed(2)
    : `${firstByteMs.toFixed(2)} (${addedFirstByteMs.toFixed(2)})`;
}

function fixed(value: number | null, digits: number): string {
  return value === null ? "–" : value.toFixed(digits);
}
