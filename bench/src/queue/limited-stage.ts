import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { runCli, startSystem, temporaryDataDir } from "@lyceum/e2e/system";
import pg from "pg";
import { openStage, type Stage } from "../stage/stage.ts";

export const SERVICE_MS = 500;
export const LIMIT = 8;
/** Answers after the service time, on a channel that takes LIMIT at a time. */
export const SLOW_MODEL = "limited-slow";
/** Answers at once, on a channel whose limit is never reached. */
export const ROOMY_MODEL = "limited-fast";
/** The same without a limit. */
export const OPEN_MODEL = "demo-fast";

export type LimitedStage = {
  readonly stage: Stage;
  /** One or two servers, with a process of their own each, on one PostgreSQL. */
  readonly origins: readonly string[];
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
};

/** The bench's stage with two channels that have limits, and a second server beside it. */
export async function openLimitedStage(): Promise<LimitedStage> {
  await using parts = new AsyncDisposableStack();
  const stage = await openStage([OPEN_MODEL]);
  parts.defer(() => stage.close());
  const client = new pg.Client({ connectionString: stage.databaseUrl });
  await client.connect();
  parts.defer(() => client.end());
  const channels = [
    { name: "slow", limit: LIMIT, model: `${SLOW_MODEL}=demo-chunks-1-every-${SERVICE_MS}ms` },
    { name: "roomy", limit: 10_000, model: `${ROOMY_MODEL}=demo-fast` },
  ];
  for (const { name, limit, model } of channels) {
    await command(stage.dataDir, [
      ...["channel", "add", "--name", name, "--protocol", "openai", "--url", `${stage.upstreamUrl}/v1`],
      ...["--models", model, "--allow-private"],
    ]);
    await command(stage.dataDir, ["model", "price", model.split("=")[0] ?? "", "--input", "2", "--output", "8"]);
    await client.query("update channel set parallel_limit = $2 where name = $1", [name, limit]);
  }
  const folder = await temporaryDataDir();
  parts.defer(() => folder.remove());
  const secret = (await readFile(join(await realpath(stage.dataDir), "secret"), "utf8")).trim();
  const env = { DATABASE_URL: stage.databaseUrl, LYCEUM_SECRET: secret };
  const second = await startSystem({ dataDir: folder.dataDir, args: ["--no-console"], env });
  parts.defer(async () => {
    await second.stop();
  });
  const ready = parts.move();
  return {
    stage,
    origins: [stage.originOf("gateway"), second.url],
    query: async (text, values = []) => (await client.query(text, values)).rows,
    close: () => ready.disposeAsync(),
  };
}

async function command(dataDir: string, words: readonly string[]): Promise<void> {
  const { code, stderr } = await runCli(dataDir, words);
  if (code !== 0) throw new Error(`lyceum ${words.join(" ")}: ${stderr}`);
}
