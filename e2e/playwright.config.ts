import { defineConfig } from "@playwright/test";

/** Two kinds of specs: whole systems without a browser (*.system.spec.ts), and journeys in Chromium on one shared system. */
export default defineConfig({
  testDir: "specs",
  outputDir: "../test-results/artifacts",
  timeout: 120_000,
  expect: { timeout: 10_000 },
  retries: 0,
  // Two cores: one system under load and one browser are enough.
  workers: 2,
  reporter: [["list"], ["json", { outputFile: "../test-results/e2e.json" }]],
  projects: [
    { name: "system", testMatch: /\.system\.spec\.ts$/ },
    {
      name: "browser",
      testMatch: /(?<!\.system)\.spec\.ts$/,
      use: {
        viewport: { width: 1280, height: 900 },
        locale: "zh-CN",
        timezoneId: "Asia/Shanghai",
        screenshot: "only-on-failure",
        launchOptions: {
          executablePath: process.env.LYCEUM_CHROMIUM || "/usr/bin/chromium",
          args: [
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
          ],
        },
      },
    },
  ],
});
