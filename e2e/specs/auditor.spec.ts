import { createPrisma } from "@lyceum/db";
import { createRoleScene, SCENE_PASSWORD } from "@lyceum/ledger/testing-roles";
import { checkPage } from "../src/check-page.ts";
import { signIn } from "../src/sign-in.ts";
import { expect, test } from "../src/stage.ts";

test("an auditor is led to the courses and reads members, money, ledger and trail, with nothing to press", async ({
  page,
  stage,
}) => {
  const db = createPrisma(stage.databaseUrl, 2);
  const scene = await createRoleScene(db, "AUDIT").finally(() => db.$disconnect());
  await signIn(page, { studentId: scene.users.auditor.studentId, password: SCENE_PASSWORD });
  await expect(page).toHaveURL(/\/courses$/);
  const navigation = page.getByRole("navigation", { name: "主导航" }).first();
  await expect(navigation.getByRole("link")).toHaveText([/Lyceum/, "课程", "兑换码", "账本", "审计"]);
  const course = `/courses/${scene.courseId}`;
  const member = `${course}?member=${scene.memberOf(scene.users.student.studentId)}`;
  const ofCourse = ["", "/money", "/use", "/requests", "/vouchers", "/simulate", "/statement"].map(
    (tab) => course + tab,
  );
  for (const path of ["/courses", ...ofCourse, member, "/admin/vouchers", "/admin/ledger", "/admin/audit"]) {
    await page.goto(path);
    await expect(page.getByRole("main").getByRole("heading").first()).toBeVisible();
    await checkPage(page, path);
    const acts = page
      .getByRole("main")
      .getByRole("button", { name: /增加|补到|设为|撤销|同意|移出|确认|核对|创建|激活码|兑换码|作废|批准/ });
    await expect(acts).toHaveCount(0);
  }
  await page.keyboard.press("Control+k");
  const search = page.getByRole("combobox", { name: "搜索" });
  await search.fill("MATRIXAUDIT");
  await page.getByRole("option").first().click();
  await expect(page).toHaveURL(/\/courses\/[\w-]+$/);
});
