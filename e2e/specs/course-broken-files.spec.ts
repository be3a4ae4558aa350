import { readdir, readFile } from "node:fs/promises";
import { encodeGb18030, joinBytes, utf8 } from "../../packages/roster/src/testing/encode-gb18030.ts";
import { makeXlsx } from "../../packages/roster/src/testing/make-xlsx.ts";
import { zipBomb } from "../../packages/roster/src/testing/zip-bomb.ts";
import { makeCourse } from "../src/course.ts";
import { stateOf } from "../src/global-setup.ts";
import { expect, type Stage, test } from "../src/stage.ts";
import { cliJson } from "../src/system.ts";

const list = "学号,姓名\n1001,张三\n1002,李四\n";
const sheet = "xl/worksheets/sheet1.xml";
const withSheet = (xml: string) => makeXlsx({ sheets: [{ name: "S", rows: [] }], parts: { [sheet]: xml } });

/** The worst of what packages/roster is tried with, as somebody would choose them in a browser, and what the page must say of each. */
const files: readonly (readonly [name: string, bytes: Uint8Array<ArrayBuffer>, said: RegExp])[] = [
  [
    "bomb.xlsx",
    zipBomb(sheet, "<worksheet><sheetData>", '<row><c t="inlineStr"><is><t>x</t></is></c></row>', 2_000_000_000),
    /超过 20000 行/,
  ],
  ["columns.csv", utf8(`学号${",x".repeat(100_000)}\n`), /列/],
  ["rows.csv", utf8(`学号\n${"1001\n".repeat(100_000)}`), /行/],
  ["mixed.csv", joinBytes(utf8(list), encodeGb18030("1003,王五\n"), utf8("1004,赵六\n")), /编码/],
  ["separators.csv", utf8("学号,姓名\n1001;张三\n1002,李四\n"), /分隔/],
  ["quote.csv", utf8('学号,姓名\n1001,"张三\n'), /引号/],
  [
    "entity.xlsx",
    withSheet(
      '<!DOCTYPE w [<!ENTITY a "b">]><worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>',
    ),
    /已损坏/,
  ],
  ["cut.xlsx", makeXlsx({ sheets: [{ name: "S", rows: [["学号"], ["1001"]] }] }).slice(0, 300), /已损坏/],
  ["picture.csv", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), /图片/],
  ["huge.csv", new Uint8Array(13_000_000).fill(49), /10 MB/],
  ["nobody.csv", utf8("姓名,班级\n张三,甲\n"), /学号/],
  ["heading.csv", utf8("学号,姓名\n"), /表头|没有/],
];

/** What each process of the system took at most so far, by its id, in MB; empty where the system can't tell. */
async function peaks(stage: Stage): Promise<Map<string, number>> {
  const top = String((stage as unknown as { pid: number }).pid);
  const parents = new Map<string, string>();
  const peak = new Map<string, number>();
  for (const pid of await readdir("/proc").catch(() => [] as string[])) {
    const status = /^\d+$/.test(pid) ? await readFile(`/proc/${pid}/status`, "utf8").catch(() => "") : "";
    parents.set(pid, /^PPid:\t(\d+)$/m.exec(status)?.[1] ?? "");
    peak.set(pid, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_000);
  }
  const isOurs = (pid: string): boolean => pid === top || (pid !== "" && isOurs(parents.get(pid) ?? ""));
  return new Map([...peak].filter(([pid, megabytes]) => megabytes > 0 && isOurs(pid)));
}

test("each broken file is one clear sentence on the page, nothing of it is written, and the console's memory stays bounded", async ({
  browser,
  stage,
}) => {
  const code = `BRK${Date.now() % 1_000_000}`;
  const { id } = await makeCourse(stage.databaseUrl, { code, ta: stage.course.ta, students: [] });
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("ta"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(`/courses/${id}/import`);
  const members = () => cliJson<object>(stage.dataDir, ["course", "members", "--code", code]);
  const [before, memory] = [await members(), await peaks(stage)];
  for (const [name, bytes, said] of files) {
    await test.step(name, async () => {
      await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(bytes) });
      const notice = page.locator("main .notice, main [role=alert]").filter({ hasText: said }).first();
      await expect(notice).toBeVisible();
      expect(((await notice.textContent()) ?? "").trim()).toMatch(/^[^{}]{5,200}。$/);
      await expect(page.getByRole("button", { name: /^写入/ })).toHaveCount(0);
      await page.getByRole("button", { name: "换文件" }).click();
    });
  }
  for (const [pid, megabytes] of await peaks(stage)) {
    const grown = megabytes - (memory.get(pid) ?? megabytes);
    expect(grown, `process ${pid} grew by ${Math.round(grown)} MB`).toBeLessThan(400);
  }
  expect(await members()).toEqual(before);

  await test.step("headings that were not found are chosen by hand, and a list without any is read too", async () => {
    const text = "秋季学期选课\n编码一,称呼\n00551001,张三\n00551002,李四\n";
    const buffer = Buffer.from(text);
    await page.locator("input[type=file]").setInputFiles({ name: "odd.csv", mimeType: "text/csv", buffer });
    const headings = page.getByLabel("表头");
    await headings.selectOption({ label: "第 2 行：编码一、称呼" });
    await page.getByLabel("编码一 列是").selectOption("studentId");
    await page.getByLabel("称呼 列是").selectOption("name");
    await expect(page.getByRole("button", { name: /2\s*新增/ })).toBeVisible();
    await expect(page.getByText("待处理的行")).toHaveCount(0);
    await headings.selectOption({ label: "没有表头，第一行就是人" });
    await expect(page.getByText("找不到学号列")).toBeVisible();
  });
  await context.close();
});
