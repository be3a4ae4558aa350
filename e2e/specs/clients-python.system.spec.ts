import { expect, test } from "@playwright/test";
import { verify } from "../src/books.ts";
import { type Campus, openCampus } from "../src/campus.ts";
import { judgeProgram, sceneForClients } from "../src/client-programs.ts";
import { findPython } from "../src/python.ts";

test.describe.configure({ mode: "serial" });
let campus: Campus | undefined;
let scene: Record<string, string>;
let python = "";
let reason = "";

test.beforeAll(async () => {
  test.setTimeout(400_000);
  const found = await findPython();
  if ("missing" in found) {
    reason = found.missing;
    return;
  }
  ({ python } = found);
  campus = await openCampus();
  scene = await sceneForClients(campus);
});
test.afterAll(() => campus?.close());
test.beforeEach(() => test.skip(reason !== "", `no Python with the client libraries on this machine: ${reason}`));

for (const library of ["openai", "anthropic", "google_genai", "google_generativeai", "ollama"]) {
  test(`the Python library ${library.replace("_", "-")} works with every upstream protocol`, () =>
    judgeProgram(python, [`e2e/clients/${library}_library.py`], scene));
}

test("and the books are right", async () => {
  expect(await verify(campus?.dataDir ?? "")).toMatchObject({ ok: true });
});
