import { median } from "../load/percentiles.ts";
import { type ProtocolName, protocolNames } from "./clients.ts";
import type { Kind } from "./kinds.ts";
import type { PairRun } from "./run-pairs.ts";

type Figure = {
  readonly cpuMs: number /** Against the client's own protocol on both sides. */;
  readonly ratio: number;
};
export type PairLine = {
  readonly client: ProtocolName;
  readonly upstream: ProtocolName;
} & Readonly<Record<Kind["name"], Figure>>;

/** A line for each pair: medians over the rounds. Ratios are taken within a round, so that slow drifts cancel out. */
export function summarisePairs(runs: readonly PairRun[]): PairLine[] {
  return protocolNames.flatMap((client) =>
    protocolNames.map((upstream) => {
      const figure = (kind: Kind["name"]): Figure => {
        const of = (protocol: ProtocolName) =>
          runs.filter((run) => run.kind === kind && run.client === client && run.upstream === protocol);
        const same = new Map(of(client).map((run) => [run.round, run.cpuMs]));
        const own = of(upstream);
        const ratios = own.map((run) => run.cpuMs / (same.get(run.round) ?? Number.NaN));
        return { cpuMs: median(own.map((run) => run.cpuMs)), ratio: median(ratios) };
      };
      const [paced, text, tools, prompt] = [figure("paced"), figure("text"), figure("tools"), figure("prompt")];
      return { client, upstream, paced, text, tools, prompt };
    }),
  );
}

const COLUMNS: readonly [string, (line: PairLine) => string][] = [
  ["client", (line) => line.client],
  ["upstream", (line) => line.upstream],
  ["paced µs", (line) => micros(line.paced)],
  ["stream µs", (line) => micros(line.text)],
  ["÷ same", (line) => fixed(line.text.ratio, 2)],
  ["tools µs", (line) => micros(line.tools)],
  ["÷ same", (line) => fixed(line.tools.ratio, 2)],
  ["100 KB prompt ms", (line) => fixed(line.prompt.cpuMs, 2)],
  ["÷ same", (line) => fixed(line.prompt.ratio, 2)],
];

/** The Markdown table of all pairs: CPU a chunk of the gateway, or a request. */
export function pairsTable(lines: readonly PairLine[]): string {
  const head = COLUMNS.map(([title]) => title);
  const rows = lines.map((line) => COLUMNS.map(([, cell]) => cell(line)));
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Where the figures stand against what is promised: 80 µs a chunk at light load, and three times the same protocol. */
export function pairsVerdict(lines: readonly PairLine[]): string {
  const dearest = lines.reduce((one, other) => (other.paced.cpuMs > one.paced.cpuMs ? other : one));
  const worst = (kind: "text" | "tools") =>
    lines.reduce((one, other) => (other[kind].ratio > one[kind].ratio ? other : one));
  const named = (line: PairLine) => `${line.client} to ${line.upstream}`;
  return [
    `Dearest chunk at light load: ${micros(dearest.paced)} µs (${named(dearest)}); at most 80 are wanted.`,
    ...(["text", "tools"] as const).map((kind) => {
      const line = worst(kind);
      return `Highest ratio, ${kind}: ${line[kind].ratio.toFixed(2)} (${named(line)}); at most 3 is wanted.`;
    }),
  ].join("\n");
}

function micros({ cpuMs }: Figure): string {
  return fixed(cpuMs * 1_000, 1);
}

/** Of a run that failed some kinds are missing. */
function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(digits);
}
