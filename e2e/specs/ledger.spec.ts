import { readFile } from "node:fs/promises";
import { look } from "../src/books.ts";
import { checkPage } from "../src/check-page.ts";
import { stateOf } from "../src/global-setup.ts";
import { signIn } from "../src/sign-in.ts";
import { expect, test } from "../src/stage.ts";

test("an admin verifies the books, finds a person's entries and downloads the statement", async ({
  browser,
  stage,
}) => {
  const person = stage.students[0];
  if (person === undefined) throw new Error("the demo made no student");
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("admin"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto("/admin");
  await page.getByRole("link", { name: "账本", exact: true }).first().click();
  await page.getByRole("button", { name: "核对账本" }).click();
  await expect(page.getByText(/已核对：[\d,]+ 条用量记录，全部相符/)).toBeVisible();
  await expect(page.getByText("全部相符", { exact: true })).toBeVisible();
  await expect(page.getByText(/条用量记录 · 用时/)).toBeVisible();

  await page.getByRole("searchbox").fill(person.studentId);
  await page.getByRole("searchbox").press("Enter");
  await expect(page).toHaveURL(new RegExp(`q=${person.studentId}`));
  await page.getByRole("link", { name: "充值", exact: true }).click();
  await expect(page).toHaveURL(/kind=top-up/);
  const rows = page.getByRole("table").last().locator("tbody tr");
  await expect(rows.first()).toContainText(person.studentId);
  for (const row of await rows.all()) await expect(row).toContainText("充值");
  await page.getByLabel("从").fill("2001-01-01");
  await page.getByLabel("到").fill("2001-01-31");
  await page.getByRole("button", { name: "显示" }).click();
  await expect(page.getByText("没有符合条件的流水。")).toBeVisible();
  await page.getByRole("link", { name: "显示全部" }).click();

  await page.getByLabel("学号", { exact: true }).fill(person.studentId);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载对账单" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(new RegExp(`^lyceum-statement-${person.studentId}-20\\d\\d-\\d\\d\\.csv$`));
  const text = await readFile(await file.path(), "utf8");
  expect(text.startsWith("\uFEFFrow,time,kind")).toBe(true);
  for (const row of ["opening,", "entry,", "closing,", "sum,"]) expect(text).toContain(`\r\n${row}`);
  await checkPage(page, "the ledger");
  await page.goto("/admin/audit");
  await expect(page.getByText("核对账本").first()).toBeVisible();
  await context.close();
});

test("a student downloads the own statement, and nobody else's", async ({ browser, stage }) => {
  // One whom no other spec has spend money, so that nothing is charged between the statement and a look at the balance.
  const person = stage.students[28];
  if (person === undefined) throw new Error("the demo has too few students");
  const context = await browser.newContext({ baseURL: stage.url, locale: "zh-CN" });
  const page = await context.newPage();
  await signIn(page, person);
  await page.goto("/balance");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载对账单" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  expect(text).toContain(person.name);
  const [balance] = await look<{ balance: string }>(
    stage.databaseUrl,
    "select (a.balance_nanos / 1e9)::float8::text as balance from account a join app_user u on u.id = a.user_id where u.student_id = $1",
    [person.studentId],
  );
  const closing = text
    .split("\r\n")
    .find((line) => line.startsWith("closing,"))
    ?.split(",")[4];
  expect(Number(closing)).toBeCloseTo(Number(balance?.balance), 6);

  const other = `/admin/ledger/statement?student=${stage.students[1]?.studentId}&month=2026-11`;
  expect((await page.request.get(other)).status()).toBe(404);
  expect((await page.request.get("/balance/statement?month=never")).status()).toBe(400);
  await page.goto("/admin/ledger");
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("账本");
  await context.close();
  const nobody = await browser.newContext({ baseURL: stage.url });
  for (const path of ["/balance/statement?month=2026-11", other]) {
    expect((await nobody.request.get(path)).url()).toContain("/sign-in");
  }
  await nobody.close();
});
