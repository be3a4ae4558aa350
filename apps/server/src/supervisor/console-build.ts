import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type DataFolderLock, lockDataFolder } from "@lyceum/db/data-folder";
import { StartupError } from "@lyceum/db/startup-error";
import { childEnvironment, REPOSITORY } from "../env.ts";

export const CONSOLE_FOLDER = join(REPOSITORY, "apps/console");
const STAMP = join(CONSOLE_FOLDER, ".next/lyceum-build");
const LOCK_FOLDER = join(REPOSITORY, ".cache/console-build");

/** All that the built console is made of. */
const SOURCES = [
  "apps/console",
  "packages/campus/src",
  "packages/domain/src",
  "packages/db/src",
  "packages/documents/src",
  "packages/ledger/src",
  "packages/mail/src",
  "packages/roster/src",
  "prisma/schema.prisma",
  "pnpm-lock.yaml",
];
const NO_SOURCE =
  /(^|\/)(node_modules|\.next|generated|testing|test-results)(\/|$)|\.test\.tsx?$|\.tsbuildinfo$|next-env\.d\.ts$/;

export type BuildOptions = { log?: (line: string) => void; signal?: AbortSignal };

/** The program of the Next.js that the console depends on. */
export function nextProgram(): string {
  return createRequire(join(CONSOLE_FOLDER, "package.json")).resolve("next/dist/bin/next");
}

/**
 * Builds the console unless the build that is there was made from the same sources. Systems that start at the same
 * time from one checkout build once. Throws StartupError with the build's output if it fails.
 */
export async function buildConsoleIfStale(options: BuildOptions = {}): Promise<{ built: boolean }> {
  const wanted = await fingerprint();
  if ((await readStamp()) === wanted) return { built: false };
  const lock = await takeBuildLock(options);
  try {
    if ((await readStamp()) === wanted) return { built: false };
    options.log?.("Building the console (this takes half a minute, and only when its sources changed)");
    await rm(STAMP, { force: true });
    await runBuild(options.signal);
    await writeFile(STAMP, wanted);
    return { built: true };
  } finally {
    await lock.release();
  }
}

async function readStamp(): Promise<string | null> {
  return await readFile(STAMP, "utf8").catch(() => null); // not built yet, or interrupted
}

async function takeBuildLock({ log, signal }: BuildOptions): Promise<DataFolderLock> {
  await mkdir(LOCK_FOLDER, { recursive: true });
  for (let waited = false; ; waited = true) {
    const lock = await lockDataFolder(LOCK_FOLDER).catch((error: unknown) => {
      if (error instanceof StartupError) return null; // held by a live process, which is building
      throw error;
    });
    if (lock) return lock;
    if (!waited) log?.("Waiting for another start that is building the console");
    await delay(250, undefined, signal ? { signal } : {});
  }
}

async function runBuild(signal: AbortSignal | undefined): Promise<void> {
  const child = spawn(process.execPath, [nextProgram(), "build"], {
    cwd: CONSOLE_FOLDER,
    env: childEnvironment({ NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" }),
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal ? { signal } : {}),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (code !== 0) throw new StartupError(`The console can't be built:\n${output.trim()}`);
}

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256").update(process.version);
  for (const source of SOURCES) {
    const path = join(REPOSITORY, source);
    for (const file of await filesBelow(path)) hash.update(`\0${file}\0`).update(await readFile(join(path, file)));
  }
  return hash.digest("hex");
}

/** Relative paths of all source files below a folder, sorted; of a file just the file itself. */
async function filesBelow(path: string, below = ""): Promise<string[]> {
  if (!existsSync(path)) return [];
  const entries = await readdir(join(path, below), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOTDIR") return null;
    throw error;
  });
  if (!entries) return [""];
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = join(below, entry.name);
    if (NO_SOURCE.test(name)) continue;
    if (entry.isDirectory()) files.push(...(await filesBelow(path, name)));
    else if (entry.isFile()) files.push(name);
  }
  return files;
}
