import type { Page } from "@playwright/test";

/** Signs in through the form, accepting the terms where they are due, and ends on the page behind it. */
export async function signIn(page: Page, person: { studentId: string; password: string }): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel(/^(学号|Student ID)$/).fill(person.studentId);
  await page.getByLabel(/^(密码|Password)$/).fill(person.password);
  await page.getByRole("button", { name: /^(登录|Sign in)$/ }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  if (new URL(page.url()).pathname !== "/terms") return;
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: /^(同意并继续|Agree and go on)$/ }).click();
  await page.waitForURL((url) => url.pathname !== "/terms");
}
