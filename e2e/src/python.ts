import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { REPOSITORY, runProgram } from "./system.ts";

/** Pinned: a test that passes today passes tomorrow. */
const PACKAGES = ["openai==3.54.0", "xllamacpp==2026.10.11549", "gguf==0.19.0", "numpy==2.4.6"];
const FOLDER = join(REPOSITORY, ".cache", "python");
const PYTHON = join(FOLDER, "bin", "python");

/**
 * A Python with the official client library and a model server, made the first time (about a minute).
 * Returns the interpreter, or why this machine can't have one: then the tests that need it are skipped, saying so.
 */
export async function findPython(): Promise<{ python: string } | { missing: string }> {
  const stamp = join(FOLDER, "packages.txt");
  const wanted = PACKAGES.join("\n");
  if (existsSync(PYTHON) && (await readFile(stamp, "utf8").catch(() => "")) === wanted) return { python: PYTHON };
  await mkdir(FOLDER, { recursive: true });
  const made = await runProgram("python3", ["-m", "venv", FOLDER]).catch((error: Error) => ({
    code: 1,
    stderr: error.message,
  }));
  if (made.code !== 0) return { missing: `python3 with venv is needed (${lastLine(made.stderr)})` };
  const installed = await runProgram(PYTHON, ["-m", "pip", "install", "--quiet", ...PACKAGES]);
  if (installed.code !== 0) return { missing: `pip could not install the packages (${lastLine(installed.stderr)})` };
  await writeFile(stamp, wanted);
  return { python: PYTHON };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
