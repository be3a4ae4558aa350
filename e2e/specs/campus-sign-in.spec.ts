import { startCasServer, startOidcServer } from "@lyceum/campus/testing";
import { commandLine, createPrisma, getSettings, registerStudent, setSetting } from "@lyceum/db";
import type { Browser, Page } from "@playwright/test";
import { chat } from "../src/campus.ts";
import { checkColours, checkPage } from "../src/check-page.ts";
import { makeCourse } from "../src/course.ts";
import { signIn } from "../src/sign-in.ts";
import { expect, type Stage, test } from "../src/stage.ts";
import { startSystem, temporaryDataDir } from "../src/system.ts";

// The button stands on everybody's sign-in page: not on the demo that all specs share.
type Demo = Pick<Stage, "url" | "admin" | "students" | "models" | "databaseUrl">;
let demo: Demo;
let close: () => Promise<void>;
const CLIENT = { clientId: "lyceum", clientSecret: "a secret of the client" };
let oidc: Awaited<ReturnType<typeof startOidcServer>>;
let cas: Awaited<ReturnType<typeof startCasServer>>;
const newcomers = ["2026501", "2026502", "2026503"].map((studentId) => ({ studentId, name: `新生 ${studentId}` }));
test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  test.setTimeout(300_000);
  oidc = await startOidcServer({ person: {}, ...CLIENT });
  cas = await startCasServer({ person: { user: "" } });
  const folder = await temporaryDataDir();
  const system = await startSystem({ dataDir: folder.dataDir, args: ["--demo"] });
  demo = system as unknown as Demo;
  const [ta] = demo.students;
  if (ta === undefined) throw new Error("the demo has too few people");
  await makeCourse(demo.databaseUrl, { code: "PHY-SSO", ta, students: newcomers });
  close = async () => {
    await system.stop();
    await folder.remove();
    await Promise.all([oidc.close(), cas.close()]);
  };
});
test.afterAll(() => close());

async function open(browser: Browser, viewport = { width: 1280, height: 900 }): Promise<Page> {
  const context = await browser.newContext({
    ...{ baseURL: demo.url, locale: "zh-CN", timezoneId: "Asia/Shanghai", reducedMotion: "reduce", viewport },
  });
  return context.newPage();
}

/** What stands in the settings' section. */
const section = (page: Page) => page.locator("form").filter({ has: page.getByLabel(/^按钮文字，中文/) });

const alert = (page: Page, words: string) => page.getByRole("alert").filter({ hasText: words });

/** From the sign-in page, by one press, through the terms to the page behind. */
async function press(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "用校园统一认证登录" }).click();
}
async function acceptTerms(page: Page): Promise<void> {
  await page.waitForURL((url) => url.pathname === "/terms");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "同意并继续" }).click();
  await expect(page.getByRole("heading", { name: "首页" })).toBeVisible();
}

/** ¥2 that waited, and a key that works. */
async function spend(page: Page): Promise<void> {
  await expect(page.getByText("¥2.00").filter({ visible: true }).first()).toBeVisible();
  // A press before the page has come alive is nobody's.
  await page.waitForLoadState("networkidle");
  await page
    .getByRole("link", { name: "创建密钥" })
    .or(page.getByRole("button", { name: "创建密钥" }))
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "创建密钥" }).click();
  const secret = dialog.getByText(/^sk-ly-[0-9A-Za-z]{46}$/).first();
  const key = (await secret.textContent()) ?? "";
  const messages = [{ role: "user", content: "你好" }];
  const answer = await chat(demo.url, key, { model: demo.models[0], messages, max_tokens: 8 });
  expect(answer.status).toBe(200);
  await answer.text();
}

test("an administrator sets OpenID Connect up, and hears in words what is wrong with it", async ({ browser }) => {
  const admin = await open(browser);
  await signIn(admin, demo.admin);
  await admin.goto("/admin/settings");
  const form = section(admin);
  await expect(form.getByText(`${demo.url}/sign-in/campus/return`)).toBeVisible();
  await form.getByLabel(/^签发者/).fill(oidc.address);
  await form.getByLabel(/^客户端 ID/).fill(CLIENT.clientId);
  await form.getByLabel(/^客户端密钥/).fill("another secret");
  await form.getByRole("button", { name: "试一试" }).click();
  await expect(form.getByText(/未加密/)).toBeVisible();
  await form.getByLabel(/^服务器使用内网地址/).check();
  await form.getByRole("button", { name: "试一试" }).click();
  await expect(form.getByText(/服务器不接受客户端 ID、密钥/)).toBeVisible();
  await form.getByLabel(/^客户端密钥/).fill(CLIENT.clientSecret);
  await form.getByRole("button", { name: "试一试" }).click();
  await expect(form.getByText("服务器应答正常。")).toBeVisible();
  await form.getByRole("button", { name: "保存" }).click();
  await expect(form.getByText("已保存；留空则不变")).toBeVisible();
  await checkPage(admin, "the settings");
  await admin.setViewportSize({ width: 360, height: 800 });
  await checkPage(admin, "the settings on a phone");
  await admin.goto("/admin/audit");
  await expect(admin.getByText("修改校园统一认证").filter({ visible: true }).first()).toBeVisible();
  expect(await admin.content()).not.toContain(CLIENT.clientSecret);
});

test("a student of a roster signs in by one press, has the money that waited, and a key", async ({ browser }) => {
  const [student] = newcomers;
  oidc.state.person = { sub: "1", preferred_username: student?.studentId, name: student?.name };
  const page = await open(browser, { width: 360, height: 800 });
  await page.goto("/sign-in");
  await checkPage(page, "the sign-in page");
  await page.emulateMedia({ colorScheme: "dark" });
  await checkColours(page, "the sign-in page, dark");
  await press(page);
  await acceptTerms(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  await spend(page);
  await page.goto("/settings");
  await expect(page.getByText(/起与校园统一认证关联/)).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name: "修改密码" })).toHaveCount(0);
  await checkPage(page, "the own settings");
  // Coming back is one press, and leads to where the reader was going.
  await page.context().clearCookies();
  await page.goto("/usage?period=7d");
  await page.getByRole("link", { name: "用校园统一认证登录" }).click();
  await page.waitForURL((url) => url.pathname === "/usage");
  expect(new URL(page.url()).search).toBe("?period=7d");

  const admin = await open(browser);
  await signIn(admin, demo.admin);
  await admin.goto(`/admin/users?q=${student?.studentId}`);
  await admin.getByRole("link", { name: student?.name }).first().click();
  await expect(admin.getByText("学号已证明：校园统一认证")).toBeVisible();
});

test("an ID that a stranger registered is its owner's, without the stranger", async ({ browser }) => {
  const [, student] = newcomers;
  const studentId = student?.studentId ?? "";
  const password = "a password of a stranger";
  const db = createPrisma(demo.databaseUrl, 1);
  const { terms } = await getSettings(db);
  await registerStudent(db, { studentId, name: "冒名", password, termsVersion: terms.version });
  await db.$disconnect();
  const stranger = await open(browser);
  await signIn(stranger, { studentId, password });
  const unproven = stranger.getByText(/没有核实/).filter({ visible: true });
  await expect(unproven.first()).toBeVisible();
  await expect(stranger.getByRole("link", { name: "用校园统一认证登录" })).toBeVisible();

  oidc.state.person = { sub: "2", preferred_username: studentId, name: student?.name };
  const page = await open(browser);
  await press(page);
  await expect(page.getByRole("heading", { name: "账号已经存在" })).toBeVisible();
  await checkPage(page, "the account that is there");
  await page.setViewportSize({ width: 360, height: 800 });
  await checkPage(page, "the account that is there, on a phone");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByLabel("这个账号的密码").fill("not the one");
  await page.getByRole("button", { name: "是我的，继续" }).click();
  await expect(page.getByText("不是这个账号的密码")).toBeVisible();
  await page.getByRole("button", { name: "不用密码继续" }).click();
  await acceptTerms(page);
  await spend(page);
  await stranger.goto("/keys");
  await stranger.waitForURL((url) => url.pathname === "/sign-in");
  await stranger.getByLabel("学号", { exact: true }).fill(studentId);
  await stranger.getByLabel("密码", { exact: true }).fill(password);
  await stranger.getByRole("button", { name: "登录", exact: true }).click();
  await expect(stranger.getByText("学号或密码不对")).toBeVisible();
});

test("the same by CAS, and each failure has its sentence", async ({ browser }) => {
  const admin = await open(browser);
  await signIn(admin, demo.admin);
  await admin.goto("/admin/settings");
  const form = section(admin);
  await form.getByLabel("类型").selectOption("cas");
  await form.getByLabel(/^CAS 服务器地址/).fill(`${cas.address}/login`);
  // Nobody has said where this site is.
  await expect(form.getByText(/请先在上方填写并保存“本站地址”/)).toBeVisible();
  await form.getByRole("button", { name: "保存" }).click();
  await expect(form.getByText(/CAS 需要本站地址/)).toBeVisible();
  await checkPage(admin, "the settings for CAS without an address of the site");
  const db = createPrisma(demo.databaseUrl, 1);
  await db.$transaction((tx) => setSetting(tx, commandLine, "siteUrl", demo.url));
  await db.$disconnect();
  await admin.reload();
  await form.getByLabel("类型").selectOption("cas");
  await form.getByLabel(/^CAS 服务器地址/).fill(`${cas.address}/login`);
  await form.getByLabel(/^服务器使用内网地址/).check();
  await expect(form.getByText(`${demo.url}/sign-in/campus/return`)).toBeVisible();
  await form.getByRole("button", { name: "试一试" }).click();
  await expect(form.getByText("服务器应答正常。")).toBeVisible();
  await form.getByRole("button", { name: "保存" }).click();
  await expect(admin.getByText("已保存", { exact: true })).toBeVisible();
  await checkPage(admin, "the settings for CAS");

  const [, , student] = newcomers;
  cas.state.person = { user: student?.studentId ?? "", attributes: { cn: student?.name ?? "" } };
  const page = await open(browser);
  await press(page);
  await acceptTerms(page);
  await spend(page);

  const other = await open(browser);
  await other.goto(`/sign-in/campus/return?state=x&ticket=ST-1`);
  await expect(alert(other, "不是在本浏览器开始的")).toBeVisible();
  await checkPage(other, "the sign-in page with a failure");
  // A ticket for another address would be that site's: nobody is sent to the server for one.
  const elsewhere = demo.url.replace("127.0.0.1", "localhost");
  await other.goto(`${elsewhere}/sign-in/campus/begin`);
  await expect(alert(other, "“本站地址”")).toBeVisible();
  expect(new URL(other.url()).origin).toBe(elsewhere);
  await checkPage(other, "the sign-in page by another address");
  await other.goto(demo.url);
  cas.state.person = { user: "不是学号" };
  await press(other);
  await expect(alert(other, "不是本校的学号")).toBeVisible();
  expect(new URL(other.url()).search).not.toContain("ticket");
});

test("an administrator unlinks an ID that is another person's now, and the former holder is out", async ({
  browser,
}) => {
  const [, , student] = newcomers;
  cas.state.person = { user: student?.studentId ?? "", attributes: { cn: student?.name ?? "" } };
  const former = await open(browser);
  await press(former);
  await expect(former.getByRole("heading", { name: "首页" })).toBeVisible();

  const admin = await open(browser);
  await signIn(admin, demo.admin);
  await admin.goto(`/admin/users?q=${student?.studentId}`);
  await admin.getByRole("link", { name: student?.name }).first().click();
  await admin.waitForLoadState("networkidle");
  await admin
    .getByRole("button", { name: `${student?.name}：更多操作` })
    .last()
    .click();
  await admin.getByRole("menuitem", { name: "解除统一认证关联" }).click();
  const dialog = admin.getByRole("dialog").filter({ hasText: "账号今后归谁" });
  await expect(dialog.getByText("API 密钥、密码、邮箱和对话都保留。")).toBeVisible();
  await checkPage(admin, "the question whose the account is");
  await dialog.getByLabel(/^另一个人/).check();
  await expect(dialog.getByText(/余额和课程随学号保留/)).toBeVisible();
  await admin.setViewportSize({ width: 360, height: 800 });
  await checkPage(admin, "the question whose the account is, on a phone");
  await dialog.getByRole("button", { name: "解除统一认证关联" }).click();
  await expect(dialog).toBeHidden();

  await former.goto("/keys");
  await former.waitForURL((url) => url.pathname === "/sign-in");
  cas.state.person = { user: student?.studentId ?? "", attributes: { cn: "新主人" } };
  const owner = await open(browser);
  await press(owner);
  await acceptTerms(owner);
  await owner.goto("/keys");
  await expect(owner.getByText(/sk-ly-/)).toHaveCount(0);
});
