import { commandLine, createKey, createPrisma, createUser, getSettings, setMailServer, setSetting } from "@lyceum/db";
import { tellInRounds } from "@lyceum/db/notice-rounds";
import { createPool } from "@lyceum/db/pool";
import { fund, setBalance } from "@lyceum/ledger";
import { readable, type SmtpServer, startSmtpServer } from "@lyceum/mail/testing";
import type { Browser, Page } from "@playwright/test";
import { chat } from "../src/campus.ts";
import { checkPage } from "../src/check-page.ts";
import { signIn } from "../src/sign-in.ts";
import { expect, type Stage, test } from "../src/stage.ts";
import { startSystem, temporaryDataDir } from "../src/system.ts";

// What is announced to everybody, and new terms, are seen by everybody: not on the demo that all specs share.
type Demo = Pick<Stage, "url" | "databaseUrl" | "admin" | "students" | "models">;
let demo: Demo;
let close: () => Promise<void>;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  const folder = await temporaryDataDir();
  const system = await startSystem({ dataDir: folder.dataDir, args: ["--demo"] });
  demo = system as unknown as Demo;
  close = async () => {
    await system.stop();
    await folder.remove();
  };
});
test.afterAll(() => close());

async function enter(browser: Browser, person: { studentId: string; password: string } | undefined): Promise<Page> {
  if (person === undefined) throw new Error("the demo has too few people");
  const context = await browser.newContext({ baseURL: demo.url, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
  const page = await context.newPage();
  await signIn(page, person);
  return page;
}

test("an administrator announces, everybody sees it in their language, and whoever puts it away is rid of it everywhere", async ({
  browser,
}) => {
  // Opened before anything was announced, and left open.
  const open = await enter(browser, demo.students[4]);
  const asked: string[] = [];
  open.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await open.clock.install();
  await open.goto("/");
  const admin = await enter(browser, demo.admin);
  await admin.goto("/admin/announcements");
  await admin.getByRole("button", { name: "发布公告" }).first().click();
  const dialog = admin.getByRole("dialog", { name: "发布公告" });
  await dialog.getByLabel("级别").selectOption("warning");
  await dialog.getByLabel("中文").fill("今晚 22 点维护半小时");
  await dialog.getByLabel("英文").fill("Maintenance at 22:00 for half an hour");
  await expect(dialog.getByText("Maintenance at 22:00 for half an hour").last()).toBeVisible();
  await checkPage(admin, "the form of an announcement");
  await dialog.getByRole("button", { name: "发布公告" }).click();
  await expect(dialog).toBeHidden();
  await expect(admin.getByText("正在显示")).toBeVisible();
  await checkPage(admin, "announcements");

  await open.evaluate(() => Object.defineProperty(document, "hidden", { value: true, configurable: true }));
  await open.clock.fastForward("30:00");
  expect(asked).not.toContain("/notices/news");
  await open.evaluate(() => Object.defineProperty(document, "hidden", { value: false, configurable: true }));
  await open.clock.fastForward("03:30");
  await expect(open.getByRole("region", { name: "公告" })).toContainText("今晚 22 点维护半小时");
  expect(asked.filter((path) => path === "/notices/news")).toHaveLength(1);

  const student = await enter(browser, demo.students[0]);
  const banner = student.getByRole("region", { name: "公告" });
  await expect(banner).toContainText("今晚 22 点维护半小时");
  await student.context().addCookies([{ name: "locale", value: "en", url: demo.url }]);
  await student.goto("/keys");
  await expect(student.getByRole("region", { name: "Announcements" })).toContainText("Maintenance at 22:00");
  await checkPage(student, "a page below a banner");
  await student.getByRole("button", { name: /^Don’t show again/ }).click();
  await expect(student.getByText("Maintenance at 22:00")).toHaveCount(0);
  const phone = await enter(browser, demo.students[0]);
  await expect(phone.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(phone.getByText("今晚 22 点维护半小时")).toHaveCount(0);
  const other = await enter(browser, demo.students[1]);
  await expect(other.getByText("今晚 22 点维护半小时")).toBeVisible();
  await admin.getByRole("button", { name: /^结束：/ }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "结束" }).click();
  await expect(admin.getByText("已结束").first()).toBeVisible();
  await other.reload();
  await expect(other.getByText("今晚 22 点维护半小时")).toHaveCount(0);
  // Whoever comes back to the tab sees it at once.
  await open.clock.fastForward("00:20");
  await open.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(open.getByText("今晚 22 点维护半小时")).toHaveCount(0);
});

test("mail: an administrator sets the server up and tries it, a student proves an address by its link", async ({
  browser,
}) => {
  const server: SmtpServer = await startSmtpServer();
  try {
    const admin = await enter(browser, demo.admin);
    await admin.goto("/admin/settings");
    await admin.getByLabel(/^本站地址/).fill(demo.url);
    await admin
      .locator("form")
      .filter({ has: admin.getByLabel(/^本站地址/) })
      .getByRole("button", { name: "保存" })
      .click();
    const form = admin.locator("form").filter({ has: admin.getByLabel("发件人") });
    await form.getByLabel("服务器").fill("127.0.0.1");
    await form.getByLabel("端口").fill(String(server.port));
    await form.getByLabel("加密").selectOption("none");
    await form.getByLabel("发件人").fill("Lyceum <llm@example.edu>");
    await form.getByRole("button", { name: "保存" }).click();
    await admin.getByLabel("测试邮件发给").fill("admin@example.edu");
    await admin.getByRole("button", { name: "发测试邮件" }).click();
    await expect(admin.getByText("已发给 admin@example.edu")).toBeVisible();
    expect(server.received.map(({ to }) => to)).toEqual([["admin@example.edu"]]);

    const student = await enter(browser, demo.students[2]);
    await student.goto("/settings");
    await student.getByLabel(/^邮件地址/).fill("student@example.edu");
    await student.getByRole("button", { name: "发确认邮件" }).click();
    await expect(student.getByText("已向 student@example.edu 发出确认链接")).toBeVisible();
    await checkPage(student, "settings with an address that waits");
    const text = readable(server.received.at(-1)?.data ?? "");
    const link = /https?:\/\/\S+\/settings\/mail\?token=\S+/.exec(text)?.[0] ?? "";
    // Whoever else opens it proves nothing.
    const other = await enter(browser, demo.students[3]);
    await other.goto(link);
    await expect(other.getByRole("button", { name: "确认这个地址" })).toHaveCount(0);
    await student.goto(link);
    await checkPage(student, "where the link leads");
    await student.getByRole("button", { name: "确认这个地址" }).click();
    await student.waitForURL((url) => url.pathname === "/settings");
    await expect(student.getByText("通知发到 student@example.edu")).toBeVisible();
    await student.getByLabel("公告", { exact: true }).uncheck();
    await student.getByRole("button", { name: "保存" }).click();
    await expect(student.getByText("已保存")).toBeVisible();
    await student.reload();
    await expect(student.getByLabel("公告", { exact: true })).not.toBeChecked();
    await checkPage(student, "settings with an address");
  } finally {
    await server.close();
  }
});

test("a balance near its end is told by mail, once for each threshold and period, in the person's language, with a link that works", async ({
  browser,
}) => {
  const server: SmtpServer = await startSmtpServer();
  const db = createPrisma(demo.databaseUrl, 2);
  const pool = createPool(demo.databaseUrl, 2);
  try {
    await db.$transaction((tx) =>
      setMailServer(tx, commandLine, "", {
        ...{ host: "127.0.0.1", port: server.port, security: "none", username: "", password: "" },
        ...{ fromAddress: "Lyceum <llm@example.edu>", isEnabled: true },
      }),
    );
    await db.$transaction((tx) => setSetting(tx, commandLine, "siteUrl", demo.url));
    const person = {
      studentId: "2026990001",
      name: "Ada",
      role: "student",
      password: "correct horse battery",
    } as const;
    const { userId } = await db.$transaction((tx) => createUser(tx, commandLine, person));
    const { terms } = await getSettings(db);
    const ready = { email: "ada@example.edu", locale: "en", termsVersion: terms.version };
    await db.user.update({ where: { id: userId }, data: ready });
    const key = await db.$transaction((tx) =>
      createKey(tx, commandLine, {
        ...{ rpmLimit: null, tpmLimit: null, parallelLimit: null, capNanos: null, capPeriod: "month" as const },
        userId,
        groupId: "default",
        name: "laptop",
        models: [],
        expiresAt: null,
      }),
    );
    const { id: accountId } = await db.account.findUniqueOrThrow({ where: { userId }, select: { id: true } });
    const give = (amountNanos: bigint) =>
      db.$transaction((tx) => fund(tx, commandLine, { accountId, amountNanos, reason: "e2e" }));
    const left = async () =>
      (await db.account.findUniqueOrThrow({ where: { id: accountId }, select: { balanceNanos: true } })).balanceNanos;
    const ask = async (times: number) => {
      for (let each = 0; each < times; each++) {
        const body = { model: demo.models[0], messages: [{ role: "user", content: "你好" }], max_tokens: 16 };
        const answer = await chat(demo.url, key.secret, body);
        expect(answer.status).toBe(200);
        await answer.text();
      }
    };
    /** As a worker does every minute, and without the minute in which a notice waits for others. */
    const look = async () => {
      await pool.query("update round_turn set at = at - interval '1 minute'");
      await tellInRounds({ pool, url: demo.databaseUrl }, "Asia/Shanghai", AbortSignal.timeout(30_000));
      await pool.query("update notice set mail_next_at = now() where mail_next_at is not null");
    };
    const mails = (count: number) => expect.poll(() => server.received.length, { timeout: 40_000 }).toBe(count);

    const given = 1_000_000_000n;
    await give(given);
    await ask(1);
    const cost = given - (await left());
    expect(cost).toBeGreaterThan(0n);
    // Twenty requests are all there is from here on.
    await db.$transaction((tx) => setBalance(tx, commandLine, { accountId, targetNanos: 0n, reason: "e2e" }));
    await give(cost * 20n);
    await ask(16);
    await look();
    await mails(1);
    await ask(1);
    await look();
    // Another period, and its threshold again.
    await give(cost * 20n);
    await look();
    await ask(20);
    await look();
    await mails(2);

    const [first, second] = server.received.map(({ to, data }) => ({ to, text: readable(data) }));
    expect([first?.to, second?.to]).toEqual([["ada@example.edu"], ["ada@example.edu"]]);
    expect(first?.text).toMatch(/8\d % of the balance is used|80 % of the balance is used/);
    expect(first?.text).not.toMatch(/\p{Script=Han}/u);
    const link = /https?:\/\/\S+\/balance\b\S*/.exec(first?.text ?? "")?.[0] ?? "";
    const page = await enter(browser, person);
    await page.goto(link);
    await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
    expect(new URL(page.url()).pathname).toBe("/balance");
  } finally {
    await pool.end();
    await db.$disconnect();
    await server.close();
  }
});

test("new terms come before everything else in the console, and before answers at the gateway once their day has come", async ({
  browser,
}) => {
  const [person] = demo.students.filter(({ key }) => key !== undefined);
  const ask = () =>
    chat(demo.url, person?.key ?? "", {
      model: demo.models[0],
      messages: [{ role: "user", content: "你好" }],
      max_tokens: 8,
    });
  const student = await enter(browser, person);
  const admin = await enter(browser, demo.admin);
  const change = async (words: string, day: string | null) => {
    await admin.goto("/admin/settings");
    const form = admin.locator("form").filter({ has: admin.getByLabel(/^程序从哪天起须用新版/) });
    const zh = form.getByLabel("中文");
    await zh.fill(`${words}\n${(await zh.inputValue()).split("\n").slice(1).join("\n")}`);
    if (day !== null) await form.getByLabel(/^程序从哪天起须用新版/).fill(day);
    await form.getByRole("button", { name: "保存" }).click();
    // They are in force as soon as anybody reads them; whoever changed them is asked first.
    await expect.poll(async () => (await fetch(`${demo.url}/terms`)).text()).toContain(words);
    await admin.goto("/admin/settings");
    await admin.waitForURL((url) => url.pathname === "/terms");
    await admin.getByRole("checkbox").check();
    await admin.getByRole("button", { name: "同意并继续" }).click();
    await admin.waitForURL((url) => url.pathname !== "/terms");
  };
  await change("额度只用于课程。", null);
  await student.goto("/keys");
  expect(new URL(student.url()).pathname).toBe("/terms");
  await checkPage(student, "new terms");
  const inGrace = await ask();
  expect(inGrace.status).toBe(200);
  await inGrace.text();
  await change("额度只用于课程与作业。", "");
  const refused = await ask();
  expect(refused.status).toBe(403);
  const { error } = (await refused.json()) as { error: { code: string; message: string } };
  expect(error.code).toBe("terms_required");
  expect(error.message).toContain(`${demo.url}/terms`);
  // And back to where one was going.
  await student.goto("/usage?period=7d");
  await student.getByRole("checkbox").check();
  await student.getByRole("button", { name: "同意并继续" }).click();
  await student.waitForURL((url) => url.pathname + url.search === "/usage?period=7d");
  const again = await ask();
  expect(again.status).toBe(200);
  await again.text();
});
