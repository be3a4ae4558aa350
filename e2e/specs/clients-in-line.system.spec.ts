import { expect, test } from "@playwright/test";
import { verify } from "../src/books.ts";
import { type Campus, openCampus } from "../src/campus.ts";
import { judgeProgram } from "../src/client-programs.ts";
import { findPython } from "../src/python.ts";
import { upstreams } from "../src/upstreams.ts";

test.describe.configure({ mode: "serial" });
let campus: Campus;
let scene: Record<string, string>;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  campus = await openCampus();
  await campus.offerInLine(["demo-echo", "demo-chunks-10-every-1000ms"]);
  const { key } = await campus.student("100");
  scene = {
    LYCEUM_URL: campus.system.url,
    LYCEUM_KEY: key,
    LYCEUM_POOR_KEY: key,
    LYCEUM_SLOW_KEY: key,
    LYCEUM_UPSTREAMS: Object.keys(upstreams).join(),
  };
});
test.afterAll(() => campus.close());

test("streams that stand in line are waited for and read rightly by the JavaScript libraries", () =>
  judgeProgram(process.execPath, ["e2e/clients/in-line.ts"], scene, Object.keys(upstreams)));

test("and by those for Python", async () => {
  test.setTimeout(300_000);
  const found = await findPython();
  test.skip("missing" in found, "missing" in found ? found.missing : "");
  if ("python" in found) await judgeProgram(found.python, ["e2e/clients/in_line.py"], scene, Object.keys(upstreams));
});

test("and the books are right", async () => {
  expect(await verify(campus.dataDir)).toMatchObject({ ok: true });
});
