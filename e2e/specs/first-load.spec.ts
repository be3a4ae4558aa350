import { gzipSync } from "node:zlib";
import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";

/** Of JavaScript, compressed. A bare page of the framework is 147 of them. */
const MOST_KB = 230;

for (const path of ["/", "/keys", "/models"]) {
  test(`the first load of ${path} brings at most ${MOST_KB} KB of JavaScript`, async ({ browser, stage }) => {
    const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student"), locale: "zh-CN" });
    const page = await context.newPage();
    const sizes = new Map<string, Promise<number>>();
    page.on("response", (response) => {
      if (response.request().resourceType() !== "script") return;
      sizes.set(
        new URL(response.url()).pathname,
        response.body().then((body) => gzipSync(body).length),
      );
    });
    await page.goto(path, { waitUntil: "networkidle" });
    const found = await Promise.all([...sizes].map(async ([name, size]) => [name, await size] as const));
    const total = found.reduce((sum, [, size]) => sum + size, 0) / 1_000;
    const largest = found.sort((a, b) => b[1] - a[1]).slice(0, 8);
    expect(found.length).toBeGreaterThan(3);
    expect(total, `the largest: ${largest.map(([name, size]) => `${name} ${size}`).join(", ")}`).toBeLessThanOrEqual(
      MOST_KB,
    );
    console.log(`${path}: ${total.toFixed(1)} KB in ${found.length} files`);
    await context.close();
  });
}
