import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "@lyceum/db/testing-port";

const repository = fileURLToPath(new URL("../../../../../../", import.meta.url));

/** Nothing of the machine may steer the system under test. */
const bare = { PATH: process.env.PATH ?? "", NODE_ENV: "test" } as const;

/** The real server without a console on a database, and the demo upstream behind it, as processes of their own. */
export async function startGateway(databaseUrl: string, secret: string) {
  const dataDir = await mkdtemp(join(tmpdir(), "lyceum-playground-"));
  const children: ChildProcess[] = [];
  const start = async (args: string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, args, {
      cwd: repository,
      env: { ...bare, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    return JSON.parse(String(line)) as { url: string };
  };
  const system = { DATABASE_URL: databaseUrl, LYCEUM_DATA_DIR: dataDir, LYCEUM_SECRET: secret };
  const upstream = await start(["packages/demo-upstream/src/main.ts"]);
  const where = { ...system, HOST: "127.0.0.1", PORT: String(await freePort()), GATEWAY_WORKERS: "1" };
  const gateway = await start(["apps/server/src/main.ts", "--json", "--no-console"], where);
  return {
    url: gateway.url,
    upstreamUrl: upstream.url,
    /** Runs `pnpm lyceum` with these words. */
    async command(...words: string[]): Promise<string> {
      const child = spawn(process.execPath, ["apps/cli/src/main.ts", ...words], {
        cwd: repository,
        env: { ...bare, ...system },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (output += String(piece)));
      const [code] = await once(child, "close");
      if (code !== 0) throw new Error(`lyceum ${words.join(" ")} ended with ${code}: ${output}`);
      return output;
    },
    async stop(): Promise<void> {
      for (const child of children.reverse()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
