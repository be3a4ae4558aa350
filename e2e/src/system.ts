import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "@lyceum/db/testing-port";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const START_LIMIT_MS = 300_000;

/** What a start prints with --json. */
export type Started = {
  url: string;
  dataDir: string;
  databaseUrl: string;
  pid: number;
  signIn: { studentId: string; password: string } | null;
};

export type RunningSystem = Started & {
  /** Everything the system wrote to stderr so far. */
  output(): string;
  /** The top process. */
  process: ChildProcess;
  /** Ends it in order and resolves to its exit code. */
  stop(): Promise<number | null>;
};

export type StartOptions = { dataDir: string; port?: number; args?: readonly string[]; env?: Record<string, string> };

/** Starts apps/server as `npm start` does, on a port of its own, and resolves when it has printed its line. */
export async function startSystem(options: StartOptions): Promise<RunningSystem> {
  const port = options.port ?? (await freePort());
  const child = spawn(process.execPath, ["apps/server/src/main.ts", "--json", ...(options.args ?? [])], {
    cwd: REPOSITORY,
    env: {
      ...withoutSystemVariables(process.env),
      PORT: String(port),
      HOST: "127.0.0.1",
      LYCEUM_DATA_DIR: options.dataDir,
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-200_000);
  });
  const started = await new Promise<Started>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGTERM");
      reject(new Error(`not started within ${START_LIMIT_MS / 1000} s:\n${output}`));
    }, START_LIMIT_MS);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`the system ended with ${signal ?? code} before it was ready:\n${output}`));
    });
    if (child.stdout) {
      createInterface({ input: child.stdout }).once("line", (line) => {
        clearTimeout(timer);
        resolve(JSON.parse(line) as Started);
      });
    }
  });
  return {
    ...started,
    process: child,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      const [code] = await exit;
      return code as number | null;
    },
  };
}

/** A folder for one system; `remove` deletes it. */
export async function temporaryDataDir(): Promise<{ dataDir: string; remove(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "lyceum-e2e-"));
  return { dataDir, remove: () => rm(dataDir, { recursive: true, force: true }) };
}

export type CliResult = { code: number | null; stdout: string; stderr: string };

/** Runs `pnpm lyceum …` against the system of a data folder. */
export async function runCli(dataDir: string, args: readonly string[]): Promise<CliResult> {
  return runProgram(process.execPath, ["apps/cli/src/main.ts", ...args], { LYCEUM_DATA_DIR: dataDir });
}

/** The same with --json; throws where the command fails. */
export async function cliJson<Result>(dataDir: string, args: readonly string[]): Promise<Result> {
  const result = await runCli(dataDir, [...args, "--json"]);
  if (result.code !== 0) throw new Error(`lyceum ${args.join(" ")} ended with ${result.code}: ${result.stderr}`);
  return JSON.parse(result.stdout) as Result;
}

/** Runs a program in the repository and collects what it writes. */
export async function runProgram(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
  input = "",
): Promise<CliResult> {
  const child = spawn(command, args, {
    cwd: REPOSITORY,
    env: { ...withoutSystemVariables(process.env), ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code: code as number | null, stdout, stderr };
}

/** The processes whose working data is this folder, by their command line or environment: to see that none was left behind. */
export async function processesOf(dataDir: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const parts = await Promise.all(
      ["cmdline", "environ"].map((file) => readFile(`/proc/${name}/${file}`, "utf8").catch(() => "")), // gone, or not ours
    );
    if (parts.some((text) => text.includes(dataDir))) found.push(Number(name));
  }
  return found;
}

/** Variables of the machine that must not steer the systems under test. */
function withoutSystemVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, LYCEUM_SECRET: _secret, LYCEUM_DATA_DIR: _folder, PORT: _port, ...rest } = env;
  return rest;
}
