import { checkPage } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";

// They only read: each test has a browser context of its own, and any number may look at once.
test.describe.configure({ mode: "parallel" });

const pages = {
  visitor: ["/sign-in", "/register"],
  student: [
    "/",
    "/keys",
    "/balance",
    "/models",
    "/models?view=table",
    "/models?model=minicpm-v-4.6",
    "/usage",
    "/speed",
    "/no-such-page",
  ],
  // :course stands for the course where the TA teaches.
  ta: [
    "/courses",
    "/courses/:course",
    "/courses/:course?q=nobody",
    "/courses/:course?sort=spent&order=desc&use=unused",
    "/courses/:course/money",
    "/courses/:course/import",
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
    "/admin/ledger",
    "/admin/audit",
    "/admin/settings",
  ],
} as const;

for (const [role, paths] of Object.entries(pages)) {
  for (const width of [1280, 360]) {
    for (const theme of ["light", "dark"]) {
      for (const locale of ["zh", "en"]) {
        test(`${role}'s pages at ${width} px, ${theme}, ${locale}: nothing overflows, axe finds nothing serious, no other origin`, async ({
          browser,
          stage,
        }) => {
          const context = await browser.newContext({
            baseURL: stage.url,
            viewport: { width, height: 800 },
            timezoneId: "Asia/Shanghai",
            ...(role === "visitor" ? {} : { storageState: stateOf(role as "student" | "ta" | "admin") }),
          });
          await context.addCookies([
            { name: "theme", value: theme, url: stage.url },
            { name: "locale", value: locale, url: stage.url },
          ]);
          const page = await context.newPage();
          const problems: string[] = [];
          page.on("request", (request) => {
            const { origin, protocol } = new URL(request.url());
            if (protocol.startsWith("http") && origin !== stage.url) problems.push(`asked ${origin}`);
          });
          page.on("console", (message) => {
            if (/Content Security Policy|Hydration|hydrat/i.test(message.text())) problems.push(message.text());
          });
          page.on("pageerror", (error) => problems.push(error.message));
          for (const path of paths) {
            await page.goto(path.replace(":course", stage.course.id), { waitUntil: "networkidle" });
            expect(await page.locator("html").getAttribute("lang"), path).toMatch(locale === "zh" ? /^zh/ : /^en/);
            await checkPage(page, path);
          }
          expect(problems).toEqual([]);
          await context.close();
        });
      }
    }
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
