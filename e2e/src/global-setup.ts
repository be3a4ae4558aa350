import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium } from "@playwright/test";
import { chromiumLaunch } from "./chromium.ts";
import { findPython } from "./python.ts";
import { signIn } from "./sign-in.ts";
import { REPOSITORY, startSystem, temporaryDataDir } from "./system.ts";

type Person = { studentId: string; name: string; password: string; key?: string };

/** The demo that all browser specs share. */
export type Stage = {
  url: string;
  upstreamUrl: string;
  dataDir: string;
  databaseUrl: string;
  admin: Person;
  students: Person[];
  models: string[];
};

export const STAGE_ENV = "LYCEUM_E2E_STAGE";
const AUTH_FOLDER = join(REPOSITORY, "test-results", "auth");

/** The browser state of somebody who is signed in. */
export function stateOf(role: "admin" | "student"): string {
  return join(AUTH_FOLDER, `${role}.json`);
}

/** Starts the demo once and signs in once per role. */
export default async function setup(): Promise<() => Promise<void>> {
  // Here once: the specs that need it run at the same time. They say themselves why they skip where there is none.
  await findPython();
  const folder = await temporaryDataDir();
  const system = await startSystem({ dataDir: folder.dataDir, args: ["--demo"] });
  const close = async () => {
    await system.stop();
    await folder.remove();
  };
  process.env[STAGE_ENV] = JSON.stringify(system); // the workers inherit it
  try {
    await keepStates(system as unknown as Stage);
  } catch (error) {
    await close(); // else it would go on for ever, with nobody to end it
    throw error;
  }
  return close;
}

async function keepStates({ url, admin, students }: Stage): Promise<void> {
  await mkdir(AUTH_FOLDER, { recursive: true });
  const browser = await chromium.launch(chromiumLaunch);
  try {
    await keepState(browser, url, admin, "admin");
    if (students[0] !== undefined) await keepState(browser, url, students[0], "student");
  } finally {
    await browser.close();
  }
}

async function keepState(browser: Browser, url: string, person: Person, role: "admin" | "student"): Promise<void> {
  const context = await browser.newContext({ baseURL: url, locale: "zh-CN" });
  await signIn(await context.newPage(), person);
  await context.storageState({ path: stateOf(role) });
  await context.close();
}
