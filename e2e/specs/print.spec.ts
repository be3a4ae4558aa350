import type { Page } from "@playwright/test";
import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";

/** A4 without the margins of the page, in CSS pixels. */
const PAPER = { width: 703, height: 1_032 };

/** What is wrong with a page as it goes on paper. */
async function faults(page: Page): Promise<string[]> {
  return page.evaluate((paperWidth) => {
    const found: string[] = [];
    const shown = (element: Element) => element.checkVisibility() && element.getBoundingClientRect().height > 0;
    for (const selector of ["nav", ".topbar", ".banners", "button", "form", "[popover]"])
      if ([...document.querySelectorAll(selector)].some(shown)) found.push(`${selector} is printed`);
    const ink = getComputedStyle(document.body);
    if (ink.color !== "rgb(0, 0, 0)" || ink.backgroundColor !== "rgb(255, 255, 255)")
      found.push(`${ink.color} on ${ink.backgroundColor}`);
    const muted = getComputedStyle(document.documentElement).getPropertyValue("--color-muted").trim();
    if (muted !== "#55616d") found.push(`muted words are ${muted}`);
    if (document.documentElement.scrollWidth > paperWidth)
      found.push(`${document.documentElement.scrollWidth} px wide`);
    for (const table of document.querySelectorAll("table")) {
      const hidden = [...table.querySelectorAll("th")].filter((cell) => !shown(cell)).length;
      if (shown(table) && hidden > 0) found.push(`${hidden} columns are missing`);
      const head = table.querySelector("thead");
      if (head && shown(head) && getComputedStyle(head).display !== "table-header-group")
        found.push("a head stands once");
    }
    return found;
  }, PAPER.width);
}

for (const [role, path, open] of [
  ["student", "/balance", null],
  ["student", "/usage?period=14d", null],
  ["student", "/usage?period=14d", "receipt"],
  ["student", "/docs/errors", null],
  ["ta", "statement", null],
  ["ta", "", null],
] as const) {
  test(`${role}: ${open ?? (path || "the members of a course")} goes on paper whole, black on white from dark too`, async ({
    browser,
    stage,
  }) => {
    const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf(role), locale: "zh-CN" });
    await context.addCookies([{ name: "theme", value: "dark", url: stage.url }]);
    const page = await context.newPage();
    await page.goto(role === "ta" ? `/courses/${stage.course.id}/${path}` : path, { waitUntil: "networkidle" });
    if (open !== null) {
      await page.locator("table").last().locator("tbody a").first().click();
      await expect(page.getByRole("heading", { name: "收据" })).toBeVisible();
    }
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize(PAPER);
    expect(await faults(page)).toEqual([]);
    await expect(page.getByRole("heading", { name: "收据" })).toHaveCount(open === null ? 0 : 1);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible({ visible: open === null });
    await context.close();
  });
}
