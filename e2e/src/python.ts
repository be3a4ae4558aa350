import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { REPOSITORY, runProgram } from "./system.ts";

/** Pinned: a test that passes today passes tomorrow. */
const PACKAGES = [
  ...["openai==3.54.0", "anthropic==2.14.0", "google-genai==3.6.1", "google-generativeai==0.8.6", "ollama==0.6.3"],
  ...["xllamacpp==2026.10.11549", "gguf==0.19.0", "numpy==2.4.6"],
];
const CACHE = join(REPOSITORY, ".cache");
const FOLDER = join(CACHE, `python-${createHash("sha256").update(PACKAGES.join()).digest("hex").slice(0, 12)}`);
const PYTHON = join(FOLDER, "bin", "python");

/**
 * A Python with the official client libraries and a model server, made the first time (about a minute).
 * Returns the interpreter, or why this machine can't have one: then the tests that need it are skipped, saying so.
 */
export async function findPython(): Promise<{ python: string } | { missing: string }> {
  if (existsSync(PYTHON)) return { python: PYTHON };
  await mkdir(CACHE, { recursive: true });
  // Two specs may need it at the same time: each makes its own, and the first one whole is everybody's.
  const folder = await mkdtemp(join(CACHE, "making-python-"));
  try {
    const missing = await makePython(folder);
    if (missing !== null) return { missing };
    await rename(folder, FOLDER).catch((error: Error) => {
      if (!existsSync(PYTHON)) throw error;
    });
    return { python: PYTHON };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes one in a folder, from where it can be moved. Returns what this machine lacks. */
async function makePython(folder: string): Promise<string | null> {
  const made = await runProgram("python3", ["-m", "venv", folder]).catch((error: Error) => ({
    code: 1,
    stderr: error.message,
  }));
  if (made.code !== 0) return `python3 with venv is needed (${lastLine(made.stderr)})`;
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES];
  const installed = await runProgram(join(folder, "bin", "python"), pip);
  return installed.code === 0 ? null : `pip could not install the packages (${lastLine(installed.stderr)})`;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
