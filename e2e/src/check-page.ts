import { expect, type Page } from "@playwright/test";
import axe, { type RunOptions } from "axe-core";

/** Nothing overflows sideways, and axe finds nothing serious. `what`: where this is, for the message. */
export async function checkPage(page: Page, what: string): Promise<void> {
  // Of the page, or of the sheet or dialog that covers it.
  await expect(page.getByRole("heading").filter({ visible: true }).first()).toBeVisible();
  // A chart follows its page a moment later.
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(overflow, { message: `${what} is wider than the window` }).toBeLessThanOrEqual(0);
  expect(await seriousFindings(page), what).toEqual([]);
}

/** What axe has to say about colours alone: for a page that was looked at before in another theme. */
export async function checkColours(page: Page, what: string): Promise<void> {
  expect(await seriousFindings(page, ["color-contrast", "link-in-text-block"]), what).toEqual([]);
}

/**
 * What axe finds on the page as it stands, by all of its rules or by some. It is put into each document once, and only what is serious
 * comes back: half a megabyte of program and lists of all that is well, four times a page, took longer than looking.
 */
export async function seriousFindings(page: Page, rules?: string[]): Promise<string[]> {
  // Colours on their way from one theme to the other are no colours of either.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .map(({ finished }) => finished),
    ),
  );
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(
    async (options) => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, options);
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
    },
    {
      resultTypes: ["violations"],
      ...(rules === undefined ? {} : { runOnly: { type: "rule", values: rules } }),
    } satisfies RunOptions as RunOptions,
  );
}
