// Takes the README's pictures from a fresh demo: node e2e/pictures.ts
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { chat } from "./src/campus.ts";
import { chromiumLaunch } from "./src/chromium.ts";
import type { Stage } from "./src/global-setup.ts";
import { signIn } from "./src/sign-in.ts";
import { REPOSITORY, startSystem, temporaryDataDir } from "./src/system.ts";

const FOLDER = join(REPOSITORY, "docs", "pictures");

const folder = await temporaryDataDir();
const system = await startSystem({ dataDir: folder.dataDir, args: ["--demo"] });
const stage = system as unknown as Stage;
const browser = await chromium.launch(chromiumLaunch);
try {
  await mkdir(FOLDER, { recursive: true });
  const [student] = stage.students;
  if (student?.key === undefined) throw new Error("the demo made no key");
  for (let i = 0; i < 6; i++) {
    const body = { model: "qwen3-235b", messages: [{ role: "user", content: "用一句话解释熵" }] };
    await (await chat(stage.url, student.key, body)).text();
  }
  for (const [person, pictures] of [
    [
      student,
      {
        ...{ home: "/", models: "/models", playground: "/playground", keys: "/keys" },
        ...{ usage: "/usage?period=14d", balance: "/balance" },
      },
    ],
    [stage.admin, { users: "/admin/users", channels: "/admin/channels" }],
  ] as const) {
    const context = await browser.newContext({
      baseURL: stage.url,
      viewport: { width: 1280, height: 800 },
      locale: "zh-CN",
      timezoneId: "Asia/Shanghai",
    });
    const page = await context.newPage();
    await signIn(page, person);
    for (const [name, path] of Object.entries(pictures)) {
      await page.goto(path, { waitUntil: "networkidle" });
      await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    }
    await context.close();
  }
} finally {
  await browser.close();
  await system.stop();
  await folder.remove();
}
