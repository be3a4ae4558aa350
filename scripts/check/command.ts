import { type ChildProcess, spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BIN = join(ROOT, "node_modules/.bin");

export type CommandResult = { code: number; output: string };
export type CommandOptions = { cwd?: string; env?: Record<string, string>; quiet?: boolean };

const running = new Set<ChildProcess>();

/**
 * Runs a program of the workspace (looked up in node_modules/.bin first) and shows its output as it comes, unless
 * `quiet`. Never throws: a program that can't be run has code 127.
 */
export async function command(program: string, args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  const child = spawn(program, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ""}`, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of its own, so that an interrupted check ends all of it
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      if (!options.quiet) process.stdout.write(chunk);
    });
  }
  const code = await new Promise<number>((resolve) => {
    child.once("error", (error) => {
      console.log(`${program} can't be run: ${error.message}`);
      resolve(127);
    });
    child.once("close", (exitCode) => resolve(exitCode ?? 1));
  });
  running.delete(child);
  return { code, output };
}

/** Ends whatever runs: for a check that is interrupted. */
export function endCommands(): void {
  for (const { pid } of running) if (pid) process.kill(-pid, "SIGTERM");
}
