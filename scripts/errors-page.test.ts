import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { ERRORS_PAGE, errorsPage } from "./errors-page.ts";

it("docs/errors.md is the table in the code (node scripts/errors-page.ts writes it)", async () => {
  expect(await readFile(ERRORS_PAGE, "utf8")).toBe(errorsPage());
});
