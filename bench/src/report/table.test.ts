import { expect, it } from "vitest";
import type { Run } from "../measure.ts";
import { summarise } from "./summary.ts";
import { markdownTable } from "./table.ts";

const none = {
  unitsPerSecond: null,
  latency: null,
  firstByte: null,
  proxyCpuMs: null,
  databaseCpuMs: null,
  residentKb: null,
};
const spread = (ms: number) => ({ p50: ms, p99: ms * 10, p999: ms * 20 });

/** The machine grows slower from round to round, and everything with it. */
const rounds: Run[][] = [1, 2, 4].map((slow) => [
  { ...none, target: "direct", sent: 9, latency: spread(slow), unitsPerSecond: 800 / slow },
  { ...none, target: "floor", sent: 9, latency: spread(2 * slow), unitsPerSecond: 400 / slow, proxyCpuMs: 0.05 * slow },
  {
    ...none,
    target: "gateway",
    sent: 9,
    latency: spread(4 * slow),
    unitsPerSecond: 200 / slow,
    proxyCpuMs: 0.1 * slow,
    databaseCpuMs: 0.05 * slow,
  },
]);

it("takes differences and ratios within a round, then their median", () => {
  const [direct, floor, gateway] = summarise({ name: "small", unit: "request" }, rounds);
  expect(direct).toMatchObject({ target: "direct", perSecond: 400, added: null, cpuToFloor: null });
  expect(floor).toMatchObject({ added: { p50: 2, p99: 20, p999: 40 }, proxyCpuMs: 0.1, cpuToFloor: null });
  expect(gateway).toMatchObject({ latency: { p50: 8, p99: 80, p999: 160 }, added: { p50: 6, p99: 60, p999: 120 } });
  expect(gateway?.cpuToFloor).toBeCloseTo(2);
  expect(gateway?.cpuWithDatabaseToFloor).toBeCloseTo(3);
});

it("leaves out what was not measured, and writes a line for each target", () => {
  const held: Run[] = [
    { ...none, target: "floor", sent: 9, residentKb: 100, firstByte: spread(3) },
    { ...none, target: "gateway", sent: 9, residentKb: 120, firstByte: spread(5) },
  ];
  const lines = [
    ...summarise({ name: "small", unit: "request" }, rounds),
    ...summarise({ name: "open", unit: "stream" }, [held]),
  ];
  const table = markdownTable(lines).split("\n");
  expect(table).toHaveLength(7);
  expect(new Set(table.map((line) => line.split("|").length)).size).toBe(1);
  expect(table[4]).toBe(
    "| small | gateway | request | 100 | 8.00 / 80.00 / 160.00 | 6.00 / 60.00 / 120.00 | – | 0.200 | 0.100 | 2.00 | 3.00 | – | – |",
  );
  expect(table[6]).toBe("| open | gateway | stream | – | – | – | 5.00 | – | – | – | – | 120 | 1.20 |");
});
