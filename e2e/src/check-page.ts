import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Nothing overflows sideways, and axe finds nothing serious. `what`: where this is, for the message. */
export async function checkPage(page: Page, what: string): Promise<void> {
  // Of the page, or of the sheet or dialog that covers it.
  await expect(page.getByRole("heading").filter({ visible: true }).first()).toBeVisible();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${what} is wider than the window`).toBeLessThanOrEqual(0);
  const { violations } = await analyze(page);
  const serious = violations.filter((each) => each.impact === "serious" || each.impact === "critical");
  expect(
    serious.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`),
    what,
  ).toEqual([]);
}

/** All of axe's rules on the page as it stands. */
function analyze(page: Page) {
  // Legacy is what axe calls to run and report in the page itself instead of carrying every node to a blank second page, which takes
  // three times as long. What it can't see are frames of other origins, and those are refused above.
  return new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ["violations"] })
    .analyze();
}
