import { expect, test } from "@playwright/test";

/**
 * A figure that only a machine with nothing else to do can be held to: it stands in the report of every run, and fails one only where
 * `LYCEUM_TIMED=1` says that the machine is quiet. What a crowded machine takes says nothing about the code.
 *
 * @param what names the figure and its unit
 * @param figure what was measured
 * @param limit the figure must be below it
 */
export function timed(what: string, figure: number, limit: number): void {
  test.info().annotations.push({ type: what, description: `${Math.round(figure * 10) / 10} (limit ${limit})` });
  if (process.env.LYCEUM_TIMED === "1") expect(figure, what).toBeLessThan(limit);
}
