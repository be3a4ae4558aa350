import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildConsoleIfStale, CONSOLE_FOLDER } from "../../apps/server/src/supervisor/console-build.ts";
import { generateClientIfStale } from "../../packages/db/src/cli/generate.ts";
import { ensureChromium } from "../ensure-chromium.ts";
import { command, ROOT } from "./command.ts";
import { readPlaywrightReport } from "./playwright-report.ts";
import { failure, PASSED, type Tally, withExitCode } from "./tally.ts";
import { TALLY_FILE_ENV } from "./vitest-tally.ts";

/** One part of the check. What it throws is shown, and counts as one failure. */
export type Step = { name: string; run: () => Promise<Tally> };

/** All steps in order. A new one is a line here: a program whose exit code counts, or a function that counts itself. */
export const STEPS: Step[] = [
  { name: "client", run: generate },
  programStep("lint", "biome", ["check", "."]),
  programStep("knip", "knip", []),
  { name: "types", run: checkTypes },
  { name: "unit", run: () => vitest("unit") },
  { name: "db", run: () => vitest("db") },
  { name: "build", run: build },
  { name: "e2e", run: playwright },
];

/** A step that passes if the program ends with 0. */
function programStep(name: string, program: string, args: string[]): Step {
  return {
    name,
    run: async () => {
      const { code } = await command(program, args);
      return code === 0 ? PASSED : failure(`${program} ended with ${code}`);
    },
  };
}

/** What the other steps need; itself no test. */
async function generate(): Promise<Tally> {
  await generateClientIfStale(console.log);
  return { passed: 0, failed: [], skipped: [] };
}

async function checkTypes(): Promise<Tally> {
  const folders = ["scripts", "e2e", "bench"];
  for (const group of ["packages", "apps"]) {
    for (const name of await readdir(join(ROOT, group))) folders.push(join(group, name));
  }
  // The console's types include some that Next.js makes.
  const typegen = await command("node_modules/.bin/next", ["typegen"], { cwd: CONSOLE_FOLDER, quiet: true });
  if (typegen.code !== 0) console.log(typegen.output);
  const failed = typegen.code === 0 ? [] : ["next typegen"];
  for (const folder of folders) {
    if (!existsSync(join(ROOT, folder, "tsconfig.json"))) continue;
    const { code } = await command("tsc", ["-p", join(folder, "tsconfig.json"), "--noEmit"]);
    if (code !== 0) failed.push(`tsc -p ${folder}`);
  }
  return failed.length === 0 ? PASSED : { passed: 0, failed, skipped: [] };
}

async function vitest(project: string): Promise<Tally> {
  return await withReport(async (report) => {
    const reporters = ["--reporter=default", "--reporter=./scripts/check/vitest-tally.ts"];
    const { code } = await command("vitest", ["run", "--project", project, ...reporters], {
      env: { [TALLY_FILE_ENV]: report },
    });
    return { code, read: (json) => JSON.parse(json) as Tally };
  });
}

async function build(): Promise<Tally> {
  const { built } = await buildConsoleIfStale({ log: console.log });
  if (!built) console.log("The console's build is up to date.");
  return PASSED;
}

async function playwright(): Promise<Tally> {
  const chromium = await ensureChromium(console.log);
  return await withReport(async (report) => {
    const { code } = await command("node_modules/.bin/playwright", ["test", "--reporter=list,json"], {
      cwd: join(ROOT, "e2e"),
      env: { LYCEUM_CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    });
    return { code, read: readPlaywrightReport };
  });
}

type Reported = { code: number; read: (json: string) => Tally };

/** Runs tests that write a JSON report to the path they get, and counts what it says. */
async function withReport(run: (report: string) => Promise<Reported>): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-check-"));
  try {
    const report = join(folder, "report.json");
    const { code, read } = await run(report);
    if (!existsSync(report)) throw new Error(`no report was written (exit code ${code})`);
    return withExitCode(read(await readFile(report, "utf8")), code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
