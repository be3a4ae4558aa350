import { addCourseStaff, commandLine, createPrisma, type Db, updateCourse } from "@lyceum/db";
import { chat } from "../src/campus.ts";
import { checkPage } from "../src/check-page.ts";
import { makeCourse } from "../src/course.ts";
import { signIn } from "../src/sign-in.ts";
import { expect, test } from "../src/stage.ts";

let db: Db;
test.beforeAll(({ stage }) => {
  db = createPrisma(stage.databaseUrl, 1);
});
test.afterAll(() => db.$disconnect());

test("a course opens its group to a student, closes it by itself when it ends, is archived and copied to the next term with what is left back in its pool", async ({
  browser,
  stage,
}) => {
  const [student, teacher] = [stage.students[18], stage.students[19]];
  if (student === undefined || teacher === undefined) throw new Error("the demo has too few students");
  const ids = [student.studentId, teacher.studentId];
  await db.user.updateMany({ where: { studentId: { in: ids } }, data: { verifiedAt: new Date() } });
  const code = `END${Date.now() % 1_000_000}`;
  const { id } = await makeCourse(stage.databaseUrl, { code, ta: stage.course.ta, students: [student] });
  await db.$transaction(async (tx) => {
    await updateCourse(tx, commandLine, { courseId: id, groupIds: ["vip"], models: ["qwen3-235b"] });
    await addCourseStaff(tx, commandLine, { courseId: id, studentId: teacher.studentId, role: "instructor" });
  });
  const open = async (person: typeof student) => {
    const context = await browser.newContext({ baseURL: stage.url, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
    const page = await context.newPage();
    await signIn(page, person);
    return page;
  };
  const [mine, theirs] = [await open(student), await open(teacher)];
  const ask = async (key: string, model = "qwen3-235b") => {
    const answer = await chat(stage.url, key, { model, messages: [{ role: "user", content: "熵" }], max_tokens: 16 });
    return { status: answer.status, text: await answer.text() };
  };

  await mine.goto("/courses");
  await expect(mine.getByRole("row", { name: new RegExp(code) })).toContainText("2.00");
  await mine.getByRole("link", { name: "热力学 2026秋" }).first().click();
  await expect(mine.getByText("有效至").first()).toBeVisible();
  await expect(mine.getByText(stage.course.ta.name)).toBeVisible();
  await expect(mine.getByRole("link", { name: "qwen3-235b" })).toBeVisible();
  await expect(mine.getByRole("link", { name: "deepseek-v3" })).toHaveCount(0);
  await checkPage(mine, "a student's page of a course");
  await mine.setViewportSize({ width: 360, height: 800 });
  await checkPage(mine, "the same on a phone");
  await mine.setViewportSize({ width: 1280, height: 900 });
  const path = new URL(mine.url()).pathname;
  for (const tab of ["/money", "/import", "/settings"]) expect((await mine.goto(path + tab))?.status(), tab).toBe(404);

  await mine.goto(path);
  await mine.getByRole("link", { name: "创建密钥" }).click();
  const dialog = mine.getByRole("dialog");
  await expect(dialog.getByLabel("组", { exact: true })).toHaveValue("vip");
  await dialog.getByLabel("名称", { exact: true }).fill(`课程 ${code}`);
  await dialog.getByRole("button", { name: "创建密钥" }).click();
  const key = (await dialog.locator(".secret code").textContent()) ?? "";
  expect(await ask(key)).toMatchObject({ status: 200 });
  const other = await ask(key, "deepseek-v3");
  expect([other.status, other.text]).toEqual([403, expect.stringContaining("没有开放它")]);

  // An instructor sees who may open groups, and has no box to tick.
  await theirs.goto(`/courses/${id}/settings`);
  await expect(theirs.getByText("由管理员开放给课程的成员")).toBeVisible();
  await expect(theirs.getByRole("checkbox", { name: "vip" })).toHaveCount(0);

  await db.$queryRaw`select move_course_end(${id}::uuid, clock_timestamp() + interval '1 second')::text`;
  await expect.poll(async () => (await ask(key)).status, { timeout: 60_000 }).toBe(403);
  expect((await ask(key)).text).toMatch(/course_not_open/);
  expect((await ask(key)).text).toMatch(/课程“热力学 2026秋”已于 .* 结束。/);
  await mine.goto("/keys");
  await expect(mine.getByRole("row", { name: new RegExp(code) })).toContainText("组已关闭");
  await mine.goto(path);
  await expect(mine.getByText("课程已结束，它开放的组与模型不再可用")).toBeVisible();
  await expect(mine.getByRole("link", { name: "创建密钥" })).toHaveCount(0);

  await test.step("what is left returns to the pool", async () => {
    await expect
      .poll(
        async () => {
          await theirs.goto(`/courses/${id}/money`);
          return theirs.locator("dl.facts").first().textContent();
        },
        { timeout: 60_000, intervals: [1_000] },
      )
      .toMatch(/可发放¥(?:499\.9|500)/);
  });
  await theirs.goto(`/courses/${id}/settings`);
  await theirs.getByRole("button", { name: "归档" }).click();
  await theirs.getByRole("dialog").getByRole("button", { name: "归档" }).click();
  await expect(theirs.getByText("已归档").first()).toBeVisible();
  await theirs.getByRole("button", { name: "复制到下学期" }).click();
  const copy = theirs.getByRole("dialog");
  await copy.getByLabel("课程代码").fill(`${code}-B`);
  await copy.getByLabel("最后一天").fill("2099-01-17");
  await copy.getByLabel("学生也一起复制").check();
  await copy.getByRole("button", { name: "复制", exact: true }).click();
  await expect(theirs.getByText(`${code}-B`).first()).toBeVisible();
  // The key works again: the next term opens the same group to the same people.
  await expect.poll(async () => (await ask(key)).status, { timeout: 60_000 }).toBe(200);
  await theirs.getByRole("link", { name: "额度", exact: true }).click();
  await expect(theirs.locator("dl.facts").first()).toContainText("可发放¥0");
  for (const page of [mine, theirs]) await page.context().close();
});
