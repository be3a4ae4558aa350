import { checkColours, checkPage } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";

// They only read: each test has a browser context of its own, and any number may look at once.
test.describe.configure({ mode: "parallel" });

const pages = {
  visitor: ["/sign-in", "/sign-in?campus=unreachable", "/register", "/leaked", "/docs", "/docs/errors"],
  student: [
    "/",
    "/keys",
    "/balance",
    "/models",
    "/balance/empty",
    "/models?view=table",
    "/models?filter=tools,free&vendor=none&group=default&context=32k&price=10&status=available",
    "/models?model=minicpm-v-4.6",
    "/usage",
    "/playground",
    "/usage?metric=latency&by=key",
    "/usage?metric=thinking&by=day",
    "/speed",
    "/notices",
    "/settings",
    "/no-such-page",
  ],
  // :course stands for the course where the TA teaches.
  ta: [
    "/courses",
    "/courses/:course",
    "/courses/:course?q=nobody",
    "/courses/:course?sort=spent&order=desc&use=unused",
    "/courses/:course/money",
    "/courses/:course/requests",
    "/courses/:course/vouchers",
    "/courses/:course/import",
    "/courses/:course/balances",
    "/courses/:course/use",
    "/courses/:course/use?by=student&period=term&metric=tokens",
    "/courses/:course/simulate",
    "/courses/:course/simulate?students=100000&callsAWeek=10000&weeks=x",
    "/courses/:course/statement",
    "/courses/:course/announcements",
  ],
  admin: [
    "/courses",
    "/courses/:course/money",
    "/courses/:course/settings",
    "/admin",
    "/admin?period=week",
    "/admin/health",
    "/admin/health?broken=1&q=nothing",
    "/speed",
    "/admin/channels",
    "/admin/channels?channel=new",
    "/admin/channels/import",
    "/admin/models",
    "/admin/groups",
    "/admin/users",
    "/admin/vouchers",
    "/admin/announcements",
    "/admin/ledger",
    "/admin/audit",
    "/admin/settings",
  ],
} as const;

const widths = [1280, 360];

for (const [role, paths] of Object.entries(pages)) {
  for (const locale of ["zh", "en"]) {
    test(`${role}'s pages at 1280 and 360 px, light and dark, ${locale}: nothing overflows, axe finds nothing serious, no other origin`, async ({
      browser,
      stage,
    }) => {
      test.setTimeout(300_000);
      const context = await browser.newContext({
        baseURL: stage.url,
        timezoneId: "Asia/Shanghai",
        reducedMotion: "reduce",
        ...(role === "visitor" ? {} : { storageState: stateOf(role as "student" | "ta" | "admin") }),
      });
      await context.addCookies([{ name: "locale", value: locale, url: stage.url }]);
      const page = await context.newPage();
      const problems: string[] = [];
      page.on("request", (request) => {
        const { origin, protocol } = new URL(request.url());
        if (protocol.startsWith("http") && origin !== stage.url) problems.push(`asked ${origin}`);
        // Links and forms wait until they are followed.
        if ("next-router-prefetch" in request.headers()) problems.push(`fetched ahead: ${request.url()}`);
      });
      page.on("console", (message) => {
        if (/Content Security Policy|Hydration|hydrat/i.test(message.text())) problems.push(message.text());
      });
      page.on("pageerror", (error) => problems.push(error.message));
      for (const [index, path] of paths.entries()) {
        // Loaded at one width, then made the other, as a turned phone or a dragged window does: nothing on the server knows the width.
        const [first = 0, second = 0] = index % 2 === 0 ? widths : widths.toReversed();
        await page.setViewportSize({ width: first, height: 800 });
        await page.emulateMedia({ colorScheme: "light" });
        await page.goto(path.replace(":course", stage.course.id), { waitUntil: "networkidle" });
        expect(await page.locator("html").getAttribute("lang"), path).toMatch(locale === "zh" ? /^zh/ : /^en/);
        await checkPage(page, `${path}, ${first} px`);
        await page.setViewportSize({ width: second, height: 800 });
        await checkPage(page, `${path}, ${second} px`);
        // Without a cookie the theme follows the system, also while the page is open: nothing but the colours changes.
        await page.emulateMedia({ colorScheme: "dark" });
        await checkColours(page, `${path}, ${second} px, dark`);
        await page.setViewportSize({ width: first, height: 800 });
        await checkColours(page, `${path}, ${first} px, dark`);
      }
      expect(problems).toEqual([]);
      await context.close();
    });
  }
}

test("what a student may not see is missing for him", async ({ browser, stage }) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student") });
  const page = await context.newPage();
  const closed = [...pages.ta, ...pages.admin].filter((each) => /^\/admin|:course/.test(each));
  for (const path of closed) {
    const reply = await page.goto(path.replace(":course", stage.course.id));
    expect(reply?.status(), path).toBe(404);
  }
  await context.close();
});

test("the signed-out are led to sign in, and back to where they were going", async ({ page, stage }) => {
  await page.goto("/usage?period=7d");
  expect(new URL(page.url()).pathname).toBe("/sign-in");
  const person = stage.students[1];
  await page.getByLabel("学号", { exact: true }).fill(person?.studentId ?? "");
  await page.getByLabel("密码", { exact: true }).fill(person?.password ?? "");
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  expect(new URL(page.url()).pathname).toMatch(/^\/(?:usage|terms)$/);
});
