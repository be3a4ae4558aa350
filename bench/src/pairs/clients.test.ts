import { type DemoUpstream, startDemoUpstream } from "@lyceum/demo-upstream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clients, findFault } from "./clients.ts";
import { listKinds, questionFor } from "./kinds.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

const headers = { "anthropic-version": "2023-06-01" };

/** Asks the demo upstream in its own words, of which the models' names are its own too. */
async function ask(client: (typeof clients)[number], kind: ReturnType<typeof listKinds>[number], isStream: boolean) {
  const question = { ...questionFor(client.id, kind), model: kind.upstreamModel, isStream };
  const { path, body } = client.request(question);
  const reply = await fetch(upstream.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return Buffer.from(await reply.arrayBuffer());
}

// Without the paced ones, which take their time: their answers are those of the unpaced.
const cases = clients.flatMap((client) =>
  listKinds()
    .filter(({ name }) => name !== "paced")
    .map((kind) => ({ client, kind })),
);

it.each(cases)("$client.id reads the whole of $kind.name, and knows what it costs", async ({ client, kind }) => {
  const { isStream, expected, inputTokens, outputTokens } = kind;
  expect(findFault(client, isStream, await ask(client, kind, isStream), expected)).toBe("");
  const whole = JSON.parse((await ask(client, kind, false)).toString()) as Record<string, unknown>;
  const usage = (whole.usage ?? whole.usageMetadata ?? whole) as Record<string, unknown>;
  const names = {
    "openai-chat": ["prompt_tokens", "completion_tokens"],
    "openai-responses": ["input_tokens", "output_tokens"],
    "anthropic-messages": ["input_tokens", "output_tokens"],
    "gemini-generate": ["promptTokenCount", "candidatesTokenCount"],
    "ollama-chat": ["prompt_eval_count", "eval_count"],
  }[client.id];
  expect(names.map((name) => usage[name])).toEqual([inputTokens, outputTokens]);
});

it.each(clients)("$id misses a piece that was lost, and an end", async (client) => {
  const kind = listKinds().find(({ name }) => name === "text");
  if (kind === undefined) throw new Error("there is no kind of that name");
  const body = (await ask(client, kind, true)).toString();
  expect(findFault(client, true, Buffer.from(body), kind.expected)).toBe("");
  expect(findFault(client, true, Buffer.from(body.replace("17 ", "")), kind.expected)).not.toBe("");
  expect(findFault(client, true, Buffer.from(body.slice(0, body.length / 2)), kind.expected)).not.toBe("");
});
