import { readFile } from "node:fs/promises";
import type { Browser, Page } from "@playwright/test";
import { encodeGb18030 } from "../../packages/roster/src/testing/encode-gb18030.ts";
import { checkPage } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { signIn } from "../src/sign-in.ts";
import { expect, type Stage, test } from "../src/stage.ts";
import { cliJson, runCli } from "../src/system.ts";
import { timed } from "../src/timed.ts";

const surnames = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨";

/** 200 rows, of which three can't be read: a number of a spreadsheet, no ID, and an ID with a stray sign. */
function classList(prefix: string): string {
  const lines = Array.from({ length: 200 }, (_, index) => {
    const bad = { 40: "1.2E+11", 90: "", 150: `${prefix}#0150` }[index];
    const name = `${surnames[index % surnames.length]}${surnames[(index * 7) % surnames.length]}${index % 2 ? "明" : "华"}`;
    return [bad ?? `00${prefix}${1000 + index}`, name, `物理 260${1 + (index % 3)}`, "选修"].join(",");
  });
  return `学号,姓名,行政班,备注\n${lines.join("\n")}\n`;
}

async function newCourse(stage: Stage, code: string): Promise<string> {
  const endsAt = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const made = await cliJson<{ courseId: string }>(stage.dataDir, [
    ...["course", "add", "--code", code, "--name", "热力学", "--ends", endsAt],
  ]);
  return made.courseId;
}

/** A page of a TA of the course. */
async function taOf(browser: Browser, stage: Stage, code: string): Promise<Page> {
  const ta = stage.students[2];
  if (ta === undefined) throw new Error("the demo has no third student");
  const { code: ended, stderr } = await runCli(stage.dataDir, [
    ...["course", "staff", "add", "--code", code, "--student-id", ta.studentId, "--role", "ta"],
  ]);
  if (ended !== 0) throw new Error(stderr);
  const context = await browser.newContext({
    baseURL: stage.url,
    locale: "zh-CN",
    viewport: { width: 1280, height: 900 },
  });
  const page = await context.newPage();
  await signIn(page, ta);
  return page;
}

/** Clicks of a person in this page from now on. */
async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const counted = window as unknown as { clicks: number };
    counted.clicks = 0;
    // `detail` is 0 for what a script or a key sets off.
    addEventListener("click", (event) => event.isTrusted && event.detail > 0 && counted.clicks++, true);
  });
  return () => page.evaluate(() => (window as unknown as { clicks: number }).clicks);
}

const membersOf = async (stage: Stage, code: string) =>
  (
    await cliJson<{ members: { studentId: string; name: string }[] }>(stage.dataDir, [
      "course",
      "members",
      "--code",
      code,
    ])
  ).members;

test("a TA brings 200 students into a course with a GB18030 list, three rows of it bad, in five clicks; the same list changes nothing; it is undone", async ({
  browser,
  stage,
}) => {
  const code = `IMP${Date.now() % 1_000_000}`;
  const courseId = await newCourse(stage, code);
  const page = await taOf(browser, stage, code);
  const url = `/courses/${courseId}/import`;
  const list = { name: "热力学名单.csv", mimeType: "text/csv", buffer: Buffer.from(encodeGb18030(classList("77"))) };
  const times: number[] = [];
  page.on("requestfinished", (request) => {
    if (request.method() === "POST" && request.url().includes("/import/")) times.push(request.timing().responseEnd);
  });

  await page.goto(url);
  const clicks = await countClicks(page);
  await page.locator("input[type=file]").setInputFiles(list);
  await expect(page.getByText("200 人", { exact: false }).first()).toBeVisible();
  await expect(page.getByText("GB18030").first()).toBeVisible();
  await expect(page.getByLabel("学号 列是")).toHaveValue("studentId");
  await expect(page.getByLabel("备注 列是")).toHaveValue("");
  await expect(page.getByRole("button", { name: /197\s*新增/ })).toBeVisible();
  await expect(page.getByText(/第 42 行：.*1\.2E\+11/)).toBeVisible();
  await checkPage(page, "a preview");

  await page.getByLabel("第 42 行学号").fill("00771040");
  await page.getByLabel("第 42 行学号").press("Enter");
  await expect(page.getByRole("button", { name: /198\s*新增/ })).toBeVisible();
  await page.getByLabel("第 92 行学号").fill("00771090");
  await page.getByLabel("第 92 行学号").press("Tab");
  await page.getByLabel("第 152 行学号").fill("00771150");
  await page.getByLabel("第 152 行学号").press("Enter");
  await page.getByRole("button", { name: "写入 200 行" }).click();
  await expect(page.getByText("已写入 200 行。")).toBeVisible();
  const [receipt] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "下载回执" }).click(),
  ]);
  expect((await readFile(await receipt.path(), "utf8")).split("\r\n")[1]).toMatch(/^00771000,/);
  await page.getByRole("button", { name: "为 200 人生成激活码" }).click();
  const [codes] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "下载激活码" }).click(),
  ]);
  expect(await clicks()).toBeLessThanOrEqual(5);
  timed("ms of the slowest server call", Math.max(...times), 2000);
  const [, first] = (await readFile(await codes.path(), "utf8")).split("\r\n");
  const [studentId = "", , activationCode = ""] = (first ?? "").split(",");
  expect(studentId).toBe("00771000");
  const members = await membersOf(stage, code);
  expect(members.filter((each) => each.studentId.startsWith("0077"))).toHaveLength(200);

  await test.step("somebody registers with the code, and has proven the ID", async () => {
    const context = await browser.newContext({ baseURL: stage.url, locale: "zh-CN" });
    const student = await context.newPage();
    await student.goto("/register");
    await student.getByLabel("学号").fill(studentId);
    await student.getByLabel("姓名").fill("赵赵华");
    await student.getByLabel("密码", { exact: true }).fill("correct horse battery");
    await student.getByRole("checkbox").check();
    await student.getByLabel(/^激活码/).fill("0000-0000-0000");
    await student.getByRole("button", { name: /注册/ }).click();
    await expect(student.getByText(/激活码不属于这个学号/)).toBeVisible();
    await student.getByLabel(/^激活码/).fill(activationCode.toLowerCase());
    await student.getByRole("button", { name: /注册/ }).click();
    await student.waitForURL((there) => there.pathname === "/");
    await expect(student.getByText(/还没有核实/)).toHaveCount(0);
    await context.close();
  });

  await test.step("the same list again changes nothing", async () => {
    await page.goto(url);
    await page.locator("input[type=file]").setInputFiles(list);
    await expect(page.getByText("课程已与名单一致，没有要写入的")).toBeVisible();
  });

  await test.step("the import is undone", async () => {
    await page.goto(url);
    await page.getByRole("button", { name: "撤销" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "撤销" }).click();
    await expect(page.getByText(/已撤销：200 人/)).toBeVisible();
    expect((await membersOf(stage, code)).filter((each) => each.studentId.startsWith("0077"))).toHaveLength(0);
  });
  await page.context().close();
});

test("the TA's two minutes: 200 rows in GB18030, three of them bad, and ¥20 each every week out of the pool, in five clicks", async ({
  browser,
  stage,
}) => {
  const code = `FND${Date.now() % 1_000_000}`;
  const courseId = await newCourse(stage, code);
  await cliJson(stage.dataDir, ["course", "fund", "--code", code, "--amount", "5000", "--reason", "e2e"]);
  await cliJson(stage.dataDir, ["course", "set", "--code", code, "--default-amount", "20"]);
  const page = await taOf(browser, stage, code);
  const url = `/courses/${courseId}/import`;
  const list = { name: "热力学名单.csv", mimeType: "text/csv", buffer: Buffer.from(encodeGb18030(classList("66"))) };
  const times: number[] = [];
  page.on("requestfinished", (request) => {
    if (request.method() === "POST" && request.url().includes("/import/")) times.push(request.timing().responseEnd);
  });
  const poolOf = async () =>
    cliJson<{ available: string; pool: string }>(stage.dataDir, ["course", "show", "--code", code]);

  await page.goto(url);
  const clicks = await countClicks(page);
  await page.locator("input[type=file]").setInputFiles(list);
  await expect(page.getByRole("button", { name: /197\s*新增/ })).toBeVisible();
  await page.getByRole("button", { name: "每周", exact: true }).click();
  await expect(page.getByLabel("每人金额")).toHaveValue("20");
  await expect(page.getByText(/197 × ¥20(\.00)? = ¥3,940(\.00)?，额度池可发放 ¥5,000/)).toBeVisible();
  await checkPage(page, "a preview with money");
  await page.getByRole("button", { name: /^跳过 3 行，写入 197 行，发放 ¥3,940/ }).click();
  await expect(page.getByText("已写入 197 行。")).toBeVisible();
  await expect(page.getByText(/已给 197 人发放 ¥3,940/)).toBeVisible();
  await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "下载回执" }).click()]);
  await page.getByRole("button", { name: "为 197 人生成激活码" }).click();
  await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "下载激活码" }).click()]);
  expect(await clicks()).toBeLessThanOrEqual(5);
  timed("ms of the slowest server call", Math.max(...times), 2000);
  expect(await poolOf()).toMatchObject({ available: "1060" });

  await test.step("the same file and money again: nothing to write, not a line in the ledger", async () => {
    const month = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7); // in Shanghai
    const statement = async () => {
      const {
        code: ended,
        stdout,
        stderr,
      } = await runCli(stage.dataDir, [...["ledger", "statement", "--course", code, "--month", month]]);
      if (ended !== 0) throw new Error(stderr);
      return stdout;
    };
    const before = await statement();
    await page.goto(url);
    await page.locator("input[type=file]").setInputFiles(list);
    await page.getByRole("button", { name: "每周", exact: true }).click();
    await expect(page.getByText("同样的额度已在定期发放")).toBeVisible();
    await expect(page.getByText("课程已与名单一致，没有要写入的")).toBeVisible();
    // Whoever sends it all the same, past the page, changes nothing either.
    const answer = await page.evaluate(
      async ({ at, bytes }) => {
        const body = new FormData();
        body.set("file", new Blob([new Uint8Array(bytes)]), "热力学名单.csv");
        const money = { every: "week", mode: "top-up-to", amount: "20", lastDay: "", reason: "r" };
        const choices = { fields: [], edits: [], confirmed: [], notSame: [], keepMissing: null, money };
        body.set("choices", JSON.stringify({ ...choices, expected: { added: 0, changed: 0, gone: 0 } }));
        return (await fetch(`${at}/apply`, { method: "POST", body })).text();
      },
      { at: url, bytes: [...list.buffer] },
    );
    expect(answer).toContain('"importId":null');
    expect(answer).toContain('"money":{"fundingId":null,"people":0,"given":"0"}');
    expect(await statement()).toBe(before);
    expect(await poolOf()).toMatchObject({ available: "1060" });
  });

  await test.step("the money page shows the allowance; undoing the import takes both back", async () => {
    await page.goto(`/courses/${courseId}/money`);
    await expect(page.getByText("全体学生")).toBeVisible();
    await checkPage(page, "money with an allowance");
    await page.goto(url);
    await page.getByRole("button", { name: "撤销" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "撤销" }).click();
    await expect(page.getByText(/已撤销：197 人.*¥3,940(\.00)? 回到额度池/)).toBeVisible();
    expect(await poolOf()).toMatchObject({ available: "5000" });
  });
  await page.context().close();
});

test("a course that has changed since the preview is said so, and nothing is written; a broken file is one sentence", async ({
  browser,
  stage,
}) => {
  const code = `CHG${Date.now() % 1_000_000}`;
  const courseId = await newCourse(stage, code);
  const page = await taOf(browser, stage, code);
  await page.goto(`/courses/${courseId}/import`);
  const file = (name: string, text: string) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.locator("input[type=file]").setInputFiles(file("empty.csv", ""));
  await expect(page.getByText(/空/).first()).toBeVisible();
  await page.getByRole("button", { name: "换文件" }).click();
  await page.getByLabel("或粘贴").fill("学号\t姓名\n00990001\t甲\n00990002\t乙\n");
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.getByRole("button", { name: "写入 2 行" })).toBeVisible();

  const other = await page.context().newPage();
  await other.goto(`/courses/${courseId}/import`);
  await other.locator("input[type=file]").setInputFiles(file("one.csv", "学号,姓名\n00990001,甲\n"));
  await other.getByRole("button", { name: "写入 1 行" }).click();
  await expect(other.getByText("已写入 1 行。")).toBeVisible();

  await page.getByRole("button", { name: "写入 2 行" }).click();
  await expect(page.getByText(/名单预览之后课程成员有变动/)).toBeVisible();
  expect((await membersOf(stage, code)).filter((each) => each.studentId.startsWith("0099"))).toHaveLength(1);
  await page.getByRole("button", { name: "重新预览" }).click();
  await page.getByRole("button", { name: "写入 1 行" }).click();
  await expect(page.getByText("已写入 1 行。")).toBeVisible();
  await page.context().close();
});

test("for a student the import of a course does not exist, nor for a TA of another", async ({ browser, stage }) => {
  const code = `NOT${Date.now() % 1_000_000}`;
  const courseId = await newCourse(stage, code);
  await newCourse(stage, `${code}B`);
  const ta = await taOf(browser, stage, `${code}B`);
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student"), locale: "zh-CN" });
  for (const page of [ta, await context.newPage()]) {
    expect((await page.goto(`/courses/${courseId}/import`))?.status()).toBe(404);
    const answers = await page.evaluate(async (id) => {
      const send = async (act: string) => {
        const body = new FormData();
        body.set("file", new Blob(["学号,姓名\n00880001,甲\n"]), "a.csv");
        const choices = { fields: [], edits: [], confirmed: [], notSame: [], keepMissing: null };
        body.set("choices", JSON.stringify({ ...choices, expected: { added: 1, changed: 0, gone: 0 } }));
        return (await fetch(`/courses/${id}/import/${act}`, { method: "POST", body })).status;
      };
      return [await send("preview"), await send("apply")];
    }, courseId);
    expect(answers).toEqual([404, 404]);
  }
  expect(await membersOf(stage, code)).toHaveLength(0);
  await ta.context().close();
  await context.close();
});
