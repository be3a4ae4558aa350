import { checkPage } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";

test("an admin has a new upstream detected, tests what it has, and saves only what passes", async ({
  browser,
  stage,
}) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("admin"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto("/admin/channels?channel=new");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("名称", { exact: true }).fill("e2e-tried");
  await dialog.getByLabel("地址", { exact: true }).fill(stage.upstreamUrl);
  await dialog.getByLabel("允许内网地址").check();
  await dialog.getByRole("button", { name: "探测" }).click();
  await expect(dialog.getByText(/上游有 \d+ 个模型/)).toBeVisible();
  for (const model of ["demo-tools", "demo-500"]) {
    await dialog.getByRole("searchbox", { name: "筛选" }).fill(model);
    await dialog.getByRole("checkbox", { name: model, exact: true }).check();
  }
  await dialog.getByRole("button", { name: "测试 2 个" }).click();
  const trials = dialog.getByRole("region", { name: "模型测试" });
  await expect(trials.getByText("已测 2 / 2")).toBeVisible();
  await expect(trials.getByText("1 个通过，1 个未通过")).toBeVisible();
  await expect(trials.getByText(/HTTP 500/)).toBeVisible();
  await dialog.getByRole("button", { name: "只保存通过的 1 个" }).click();
  await expect(page.getByText(/已添加 e2e-tried，测试通过/)).toBeVisible();

  // Its sheet: one model, which is known to call tools.
  const sheet = page.getByRole("complementary", { name: "e2e-tried" });
  await expect(sheet.getByRole("heading", { name: "模型 1" })).toBeVisible();
  await sheet.getByRole("button", { name: "测试", exact: true }).click();
  await expect(sheet.getByText("1 个通过，0 个未通过")).toBeVisible();

  // A look at the list: nothing has changed since the first one, because there was none.
  await sheet.getByRole("button", { name: "立即检查" }).click();
  await expect(sheet.getByText("没有变化。")).toBeVisible();

  // Two credentials; one is switched off, renamed, and taken away again.
  for (const [label, secret] of [
    ["甲", "sk-first-0000000001"],
    ["乙", "sk-second-000000002"],
  ]) {
    await sheet.getByRole("button", { name: "添加凭据" }).click();
    await dialog.getByLabel("凭据", { exact: true }).fill(secret ?? "");
    await dialog.getByLabel("名称").fill(label ?? "");
    await dialog.getByRole("button", { name: "添加凭据" }).click();
    await expect(dialog).toBeHidden();
  }
  await expect(sheet.getByRole("heading", { name: "凭据 2" })).toBeVisible();
  expect(await page.content()).not.toContain("sk-first-0000000001");
  await sheet.getByRole("button", { name: /乙 …0002/ }).click();
  await page.getByRole("menuitem", { name: "停用" }).click();
  await expect(page.getByText("已停用 乙 …0002")).toBeVisible();
  await sheet.getByRole("button", { name: /乙 …0002/ }).click();
  await page.getByRole("menuitem", { name: "移除" }).click();
  await dialog.getByRole("button", { name: "移除" }).click();
  await expect(sheet.getByRole("heading", { name: "凭据 1" })).toBeVisible();

  // An override shows in the request before it is saved.
  await sheet
    .locator("section")
    .filter({ hasText: "请求按协议原样发出" })
    .getByRole("button", { name: "编辑" })
    .click();
  await dialog.getByRole("button", { name: "加一个字段" }).click();
  await dialog.getByLabel("第 1 个字段的路径").fill("chat_template_kwargs.enable_thinking");
  await dialog.getByLabel("第 1 个字段的值").fill("false");
  await expect(dialog.getByText(/\+\s+"enable_thinking": false/)).toBeVisible();
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(sheet.getByText("chat_template_kwargs.enable_thinking = false")).toBeVisible();

  // A copy has everything but the credential.
  await sheet.getByRole("button", { name: "复制", exact: true }).click();
  await dialog.getByRole("button", { name: "复制", exact: true }).click();
  const copy = page.getByRole("complementary", { name: "e2e-tried 副本" });
  await expect(copy.getByText("chat_template_kwargs.enable_thinking = false")).toBeVisible();
  await expect(copy.getByRole("heading", { name: "凭据 0" })).toBeVisible();

  // Both at once: switched off, then deleted.
  await page.goto("/admin/channels");
  for (const name of ["e2e-tried", "e2e-tried 副本"])
    await page.getByRole("checkbox", { name: `选择 ${name}`, exact: true }).check();
  const bar = page.getByRole("region", { name: "批量操作" });
  await bar.getByRole("button", { name: "停用" }).click();
  await expect(page.getByText("已停用 2 个渠道")).toBeVisible();
  await bar.getByRole("button", { name: "删除" }).click();
  await dialog.getByRole("button", { name: "删除 2 个" }).click();
  await expect(page.getByText("已删除 2 个渠道")).toBeVisible();
  await context.close();
});

test("an admin imports another gateway's channels, and a second time nothing", async ({ browser, stage }) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("admin"), locale: "zh-CN" });
  const page = await context.newPage();
  const row = { type: 1, status: 1, models: "imported-a,imported-b", group: "default,课程", auto_ban: 1 };
  const list = JSON.stringify({
    success: true,
    data: {
      items: [
        { ...row, name: "imported", key: "sk-imported-000000001", base_url: "https://import.example" },
        { ...row, name: "imported-keyless", key: "", base_url: "https://keyless.example" },
        { ...row, name: "imported-odd", type: 3, key: "k" },
      ],
    },
  });
  await page.goto("/admin/channels");
  await page.getByRole("link", { name: "导入" }).click();
  await page.getByLabel("渠道列表（JSON）").fill("{}");
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.getByText(/这不是渠道列表/)).toBeVisible();
  await page.getByLabel("渠道列表（JSON）").fill(list);
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.getByText(/New API 的列表：2 个可导入，0 个地址重复，0 个已存在，1 个无法导入/)).toBeVisible();
  await page.getByLabel("imported-keyless 的凭据").fill("sk-typed-00000000002");
  await page.getByRole("button", { name: "导入 2 个渠道" }).click();
  await expect(page.getByText(/已导入 2 个渠道，2 个新模型还没有价格/)).toBeVisible();
  await expect(page.getByRole("link", { name: "imported", exact: true }).first()).toBeVisible();

  await page.goto("/admin/channels/import");
  await page.getByLabel("渠道列表（JSON）").fill(list);
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.getByText(/0 个可导入，0 个地址重复，2 个已存在，1 个无法导入/)).toBeVisible();
  await expect(page.getByRole("button", { name: "导入 0 个渠道" })).toBeDisabled();
  await context.close();
});

// Each width with each theme and each language, if not all three together: dialogs take their time.
for (const [width, theme, locale] of [
  [1280, "light", "zh"],
  [1280, "dark", "en"],
  [360, "light", "en"],
  [360, "dark", "zh"],
] as const) {
  test(`a channel's sheet and dialogs at ${width} px, ${theme}, ${locale}: nothing overflows, axe finds nothing serious`, async ({
    browser,
    stage,
  }) => {
    const context = await browser.newContext({
      baseURL: stage.url,
      viewport: { width, height: 800 },
      storageState: stateOf("admin"),
    });
    await context.addCookies([
      { name: "theme", value: theme, url: stage.url },
      { name: "locale", value: locale, url: stage.url },
    ]);
    const page = await context.newPage();
    const say = (zh: string, en: string) => (locale === "zh" ? zh : en);
    await page.goto("/admin/channels", { waitUntil: "networkidle" });
    await page
      .locator("main")
      .getByRole("link")
      .filter({ visible: true, hasText: /^[a-z]/ })
      .last()
      .click();
    const sheet = page.getByRole("complementary");
    await expect(sheet.getByRole("heading").first()).toBeVisible();
    await checkPage(page, "the sheet");
    const dialogs = [
      sheet.getByRole("button", { name: say("添加凭据", "Add credential") }),
      sheet.getByRole("button", { name: say("编辑", "Edit"), exact: true }).first(),
      sheet.getByRole("button", { name: say("编辑", "Edit"), exact: true }).last(),
      sheet.getByRole("button", { name: say("复制", "Copy"), exact: true }),
      sheet.getByRole("button", { name: say("添加模型", "Add models") }),
    ];
    for (const opener of dialogs) {
      await opener.click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await checkPage(page, (await page.getByRole("dialog").getByRole("heading").first().textContent()) ?? "");
      await page
        .getByRole("dialog")
        .getByRole("button", { name: say("关闭", "Close") })
        .first()
        .click();
      await expect(page.getByRole("dialog")).toBeHidden();
    }
    await context.close();
  });
}

test("trials are there for admins on these pages only", async ({ browser, stage }) => {
  const asked = { models: ["demo-text"], depth: "answer", of: { channelId: "019a0000-0000-7000-8000-000000000000" } };
  const post = async (role: "admin" | "student", origin: string) => {
    const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf(role) });
    const reply = await context.request.post("/admin/channels/trials", { data: asked, headers: { origin } });
    const answered = { status: reply.status(), text: await reply.text() };
    await context.close();
    return answered;
  };
  expect((await post("student", stage.url)).status).toBe(404);
  expect((await post("admin", "http://elsewhere.example")).status).toBe(403);
  const missing = await post("admin", stage.url);
  expect(missing.status).toBe(200);
  expect(JSON.parse(missing.text)).toMatchObject({ kind: "end", ok: false });
});
