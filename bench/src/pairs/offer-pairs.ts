import { runCli } from "@lyceum/e2e/system";
import pg from "pg";
import { INPUT_NANOS, OUTPUT_NANOS, type Stage } from "../stage/stage.ts";
import { protocolNames } from "./clients.ts";
import { modelsOf } from "./kinds.ts";

/** By protocol: the provider and the base address of its channel at the demo upstream. */
const channels = {
  "openai-chat": { provider: "openai", path: "/v1" },
  "openai-responses": { provider: "openai-responses", path: "/v1" },
  "anthropic-messages": { provider: "anthropic", path: "/v1" },
  "gemini-generate": { provider: "gemini", path: "/v1beta" },
  "ollama-chat": { provider: "ollama", path: "" },
} as const;

/** Puts a channel of every protocol before the demo upstream, and a price on all its models. */
export async function offerPairs({ dataDir, databaseUrl, upstreamUrl }: Stage): Promise<void> {
  const names: string[] = [];
  for (const protocol of protocolNames) {
    const { provider, path } = channels[protocol];
    const models = modelsOf(protocol);
    names.push(...models.map(({ name }) => name));
    const list = models.map(({ name, upstreamModel }) => `${name}=${upstreamModel}`).join(",");
    // biome-ignore format: one command a line
    await lyceum(dataDir, "channel", "add", "--name", protocol, "--protocol", provider, "--url", `${upstreamUrl}${path}`, "--models", list, "--allow-private");
  }
  const [first = "", last = ""] = [names[0], names.at(-1)];
  await price(dataDir, first);
  await copyPrice(databaseUrl, first, names.slice(1, -1));
  // Last, because the command tells the gateway to look at its models again.
  await price(dataDir, last);
}

/** A command for each of the twenty would take longer than measuring some of the pairs. */
async function copyPrice(databaseUrl: string, from: string, to: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `insert into price (id, model_id, version, input_nanos, output_nanos)
        select gen_random_uuid(), model.id, 1, price.input_nanos, price.output_nanos
        from price, model where price.model_id = (select id from model where name = $1) and model.name = any ($2)`,
      [from, to],
    );
  } finally {
    await client.end();
  }
}

function price(dataDir: string, model: string): Promise<void> {
  const perMillion = (nanos: bigint) => String(Number(nanos) / 1_000);
  return lyceum(
    dataDir,
    "model",
    "price",
    model,
    "--input",
    perMillion(INPUT_NANOS),
    "--output",
    perMillion(OUTPUT_NANOS),
  );
}

async function lyceum(dataDir: string, ...step: string[]): Promise<void> {
  const { code, stderr } = await runCli(dataDir, step);
  if (code !== 0) throw new Error(`lyceum ${step.join(" ")}: ${stderr}`);
}
