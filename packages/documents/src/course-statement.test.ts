import { inflateSync } from "node:zlib";
import type { CourseReport } from "@lyceum/db";
import { expect, it } from "vitest";
import { courseStatementPdf } from "./course-statement.ts";

const from = new Date("2026-10-31T16:00:00Z");
const person = (place: number, name: string) => ({
  ...{ studentId: `2026${String(place).padStart(6, "0")}`, name },
  ...{ openingNanos: 0n, grantedNanos: 20_000_000_000n, spentNanos: -1_234_567_890n, otherNanos: 0n },
  closingNanos: 18_765_432_110n,
});
const usage = (of: string) => ({
  of,
  people: 2,
  requests: 1_204,
  inputTokens: 5_000,
  outputTokens: 700,
  chargeNanos: 1n,
});
const report: CourseReport = {
  code: "PHYS101",
  name: "热力学 2026秋",
  period: { month: "2026-11", zone: "Asia/Shanghai", from, to: new Date("2026-11-30T16:00:00Z") },
  openingNanos: 0n,
  closingNanos: 460_000_000_000n,
  pool: [{ kind: "top-up", amountNanos: 500_000_000_000n }],
  people: [person(1, "陶喆"), person(2, "李堃镕"), person(3, "=SUM(A1)")],
  models: [usage("qwen3")],
  weeks: [usage("2026-11-02")],
  otherPeriodsNanos: 0n,
};
const style = { locale: "zh", currency: "CNY", madeAt: new Date("2026-12-01T00:00:00Z") } as const;

/** The streams of a PDF that are deflated, as text. */
function streamsOf(pdf: Buffer): string[] {
  const found: string[] = [];
  for (let at = pdf.indexOf("stream\n"); at !== -1; at = pdf.indexOf("stream\n", at + 7)) {
    const end = pdf.indexOf("\nendstream", at);
    try {
      found.push(inflateSync(pdf.subarray(at + 7, end)).toString("latin1"));
    } catch {
      // Another filter, or the word in something binary.
    }
  }
  return found;
}

const pagesOf = (pdf: Buffer) => pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length ?? 0;

/** The characters that a reader can copy out of it: what the embedded faces map their glyphs to. */
function charactersOf(pdf: Buffer): Set<string> {
  const maps = streamsOf(pdf).filter((text) => text.includes("beginbfrange"));
  const units = maps.flatMap((text) => [...text.matchAll(/[<[ ]([0-9a-f]{4,8})>/g)].map((match) => match[1] ?? ""));
  return new Set(units.map((hex) => String.fromCodePoint(Number.parseInt(hex, 16))));
}

it("prints Chinese names, rare characters too, with a face that it brings along", async () => {
  const pdf = await courseStatementPdf(report, style);
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  const characters = charactersOf(pdf);
  for (const character of "课程账单热力学陶喆李堃镕第页") expect([...characters], character).toContain(character);
  const names = [...pdf.toString("latin1").matchAll(/\/BaseFont \/(\S+)/g)].map((match) => match[1]);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(name).toMatch(/^[A-Z]{6}\+NotoSans/);
  expect(pdf.length).toBeLessThan(200_000);
});

it("goes over as many pages as a class needs, and over one where nothing was spent", async () => {
  const people = Array.from({ length: 200 }, (_, place) => person(place, `学生 ${place}`));
  const long = await courseStatementPdf({ ...report, people }, { ...style, locale: "en" });
  // 49 rows of a page, the head among them.
  expect(pagesOf(long)).toBe(5);
  const nothing = { ...report, people: [], models: [], weeks: [], pool: [] };
  expect(pagesOf(await courseStatementPdf(nothing, style))).toBe(1);
});
