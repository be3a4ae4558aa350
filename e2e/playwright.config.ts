import { defineConfig } from "@playwright/test";
import { chromiumLaunch } from "./src/chromium.ts";

/** Two kinds of specs: whole systems without a browser (*.system.spec.ts), and journeys in Chromium on one shared demo. */
export default defineConfig({
  testDir: "specs",
  outputDir: "../test-results/artifacts",
  // How long a busy machine takes is nothing that these specs test.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  retries: 0,
  // One more than two cores: most specs wait, for a sweeper, a restart or a network gone quiet.
  workers: 3,
  reporter: "list",
  globalSetup: "./src/global-setup.ts",
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
        launchOptions: chromiumLaunch,
      },
    },
  ],
});
