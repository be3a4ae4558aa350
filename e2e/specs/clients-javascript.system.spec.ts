import { expect, test } from "@playwright/test";
import { verify } from "../src/books.ts";
import { type Campus, openCampus } from "../src/campus.ts";
import { judgeProgram, sceneForClients } from "../src/client-programs.ts";

test.describe.configure({ mode: "serial" });
let campus: Campus;
let scene: Record<string, string>;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  campus = await openCampus();
  scene = await sceneForClients(campus);
});
test.afterAll(() => campus.close());

for (const library of ["openai", "anthropic", "google-genai", "ollama"]) {
  test(`the JavaScript library ${library} works with every upstream protocol`, () =>
    judgeProgram(process.execPath, [`e2e/clients/${library}.ts`], scene));
}

test("and the books are right", async () => {
  expect(await verify(campus.dataDir)).toMatchObject({ ok: true });
});
