import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium } from "@playwright/test";
import { chromiumLaunch } from "./chromium.ts";
import { makeCourse } from "./course.ts";
import { makeCourseUse } from "./course-use.ts";
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
  /** Where `ta` teaches. */
  course: { id: string; ta: Person };
};

export const STAGE_ENV = "LYCEUM_E2E_STAGE";
const AUTH_FOLDER = join(REPOSITORY, "test-results", "auth");

type SignedIn = "admin" | "student" | "ta";

/** The browser state of somebody who is signed in. */
export function stateOf(role: SignedIn): string {
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
  try {
    const stage = await setStage(system as unknown as Omit<Stage, "course">);
    process.env[STAGE_ENV] = JSON.stringify(stage); // the workers inherit it
    await keepStates(stage);
  } catch (error) {
    await close(); // else it would go on for ever, with nobody to end it
    throw error;
  }
  return close;
}

/** The demo has no course: one is made, whose pages are looked at. */
async function setStage(demo: Omit<Stage, "course">): Promise<Stage> {
  const ta = demo.students[10];
  if (ta === undefined) throw new Error("the demo has too few students");
  const students = demo.students.slice(11, 14);
  const { id } = await makeCourse(demo.databaseUrl, { code: "PHY2013-E2E", ta, students });
  await makeCourseUse(demo.databaseUrl, id);
  return { ...demo, course: { id, ta } };
}

async function keepStates({ url, admin, students, course }: Stage): Promise<void> {
  await mkdir(AUTH_FOLDER, { recursive: true });
  const browser = await chromium.launch(chromiumLaunch);
  try {
    await keepState(browser, url, admin, "admin");
    await keepState(browser, url, course.ta, "ta");
    if (students[0] !== undefined) await keepState(browser, url, students[0], "student");
  } finally {
    await browser.close();
  }
}

async function keepState(browser: Browser, url: string, person: Person, role: SignedIn): Promise<void> {
  const context = await browser.newContext({ baseURL: url, locale: "zh-CN" });
  await signIn(await context.newPage(), person);
  await context.storageState({ path: stateOf(role) });
  await context.close();
}
