import { test as base } from "@playwright/test";
import { STAGE_ENV, type Stage } from "./global-setup.ts";

export { expect } from "@playwright/test";
export type { Stage } from "./global-setup.ts";

/** The shared demo, as the global setup left it. */
export function readStage(): Stage {
  const text = process.env[STAGE_ENV];
  if (text === undefined) throw new Error("the global setup has not run");
  return JSON.parse(text) as Stage;
}

/** Playwright's test with the shared demo: `stage`, and its address as base URL. */
export const test = base.extend<object, { stage: Stage }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern
  stage: [async ({}, use) => use(readStage()), { scope: "worker" }],
  baseURL: async ({ stage }, use) => use(stage.url),
});
