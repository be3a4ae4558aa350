import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChannelConfig } from "@lyceum/db/gateway-config";
import { type DemoUpstream, startDemoUpstream } from "@lyceum/demo-upstream";
import { type ChannelOverrides, type ModelCheck, noConstraints, noOverrides } from "@lyceum/domain";
import { createUpstream, lookAtDeployment, type ProbeTarget, probeDeployment, type Upstream } from "@lyceum/gateway";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

const CREDENTIAL = "sk-upstream-credential-0123456789";
let demo: DemoUpstream;
let upstream: Upstream;
const servers: Server[] = [];
beforeAll(async () => {
  demo = await startDemoUpstream({ credential: CREDENTIAL });
  upstream = createUpstream();
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});
afterAll(async () => {
  await upstream.close();
  await demo.close();
});

type Options = {
  protocol?: string;
  baseUrl?: string;
  capabilities?: string[];
  credential?: string;
  overrides?: ChannelOverrides;
};

function target(upstreamModel: string, options: Options = {}): ProbeTarget {
  const {
    protocol = "openai",
    baseUrl = `${demo.url}/v1`,
    capabilities = [],
    credential: secret = CREDENTIAL,
  } = options;
  const credential = { id: "k", secret, weight: 1 };
  const channel: ChannelConfig = {
    ...{ id: `c-${baseUrl}`, name: "c", protocol, baseUrl, credentials: [credential], allowPrivate: true },
    ...{ idleTimeoutMs: 2_000, totalTimeoutMs: 4_000, firstTokenTimeoutMs: null, parallelLimit: null },
    overrides: options.overrides ?? noOverrides,
  };
  const deployment = { id: "d", upstreamModel, priority: 0, weight: 1, lacks: [], contextTokens: null, channel };
  return { deployment, credential, model: { name: "public", capabilities, constraints: noConstraints } };
}

const probe = (model: string, check: ModelCheck = "text", options: Options = {}) =>
  probeDeployment(upstream, target(model, options), check);

/** A server that answers chats as it is told, by what they ask. */
async function serve(answer: (body: Record<string, unknown>) => { status?: number; body: unknown }): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { status = 200, body } = answer(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const said = (content: string) => ({
  ...{ id: "x", object: "chat.completion", created: 1, model: "m" },
  choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
});

describe.each([
  ["openai", "/v1"],
  ["openai-responses", "/v1"],
  ["anthropic", ""],
  ["gemini", "/v1beta"],
  ["ollama", ""],
] as const)("a probe through %s", (protocol, path) => {
  const there = () => ({ protocol, baseUrl: demo.url + path });

  it.each(["text", "stream", "tools", "vision"] as const)("passes %s, with its usage", async (check) => {
    const probed = await probe("demo-text", check, there());
    expect(probed).toMatchObject({ sign: "passed", isShown: true, error: "", status: 200 });
    expect(probed?.usage?.input).toBeGreaterThan(0);
    if (check === "stream") expect(probed?.ttftMs).not.toBeNull();
  });

  it("passes a model that thinks, or says nothing, to its end", async () => {
    for (const model of ["deepseek-r1", "demo-empty"]) {
      expect(await probe(model, "text", there())).toMatchObject({ sign: "passed" });
      expect(await probe(model, "stream", there())).toMatchObject({ sign: "passed" });
    }
  });

  it("reads whose fault a failure is", async () => {
    expect(await probe("demo-403", "text", there())).toMatchObject({ sign: "denied", status: 403, isShown: null });
    expect(await probe("demo-404-model", "text", there())).toMatchObject({ sign: "model-missing" });
    expect(await probe("demo-500", "text", there())).toMatchObject({ sign: "failure", status: 500 });
    expect(await probe("demo-429", "text", there())).toMatchObject({ sign: "rate", retryAfterMs: 7_000 });
    expect(await probe("demo-error-200", "stream", there())).toMatchObject({ isShown: null });
    const refused = await probe("demo-text", "text", { ...there(), credential: "sk-wrong-0123456789" });
    expect(refused).toMatchObject({ sign: "refused" });
    expect(refused?.error).not.toContain("sk-wrong");
  });
});

it("is over when nothing comes", async () => {
  expect(await probe("demo-silent", "text")).toMatchObject({ sign: "failure", status: 0 });
});

it("goes with the overrides of its channel, as every request does", async () => {
  const body = [{ path: "user", value: "of-the-channel", isForced: true }];
  await probe("demo-text", "text", { overrides: { headers: [{ name: "x-own", value: "1" }], body } });
  const sent = demo.requests().at(-1);
  expect(sent?.headers).toMatchObject({ "x-own": "1" });
  expect(JSON.parse(String(sent?.body))).toMatchObject({ user: "of-the-channel" });
});

describe("a look", () => {
  const look = (model: string, capabilities: string[], baseUrl = `${demo.url}/v1`) =>
    lookAtDeployment(upstream, target(model, { capabilities, baseUrl }));

  it("finds what a model is said to be capable of, and asks for nothing else", async () => {
    const { findings, probes } = await look("demo-text", ["tools", "vision"]);
    expect(findings).toEqual({ stream: "", tools: "", vision: "" });
    expect(probes.map(({ check }) => check)).toEqual(["text", "stream", "tools", "vision"]);
    expect((await look("demo-text", [])).findings).toEqual({ stream: "" });
    expect(await look("demo-text", ["embedding"])).toMatchObject({
      findings: { embedding: "" },
      probes: [{ sign: "passed" }],
    });
  });

  it("finds what a server refuses although it answers, with its words", async () => {
    const url = await serve(({ messages, tools }) => {
      if (JSON.stringify(messages).includes("image"))
        return { status: 400, body: { error: { message: "this model does not support image input", code: "x" } } };
      return tools === undefined
        ? { body: said("OK") }
        : { status: 400, body: { error: { message: '"auto" tool choice requires --enable-auto-tool-choice' } } };
    });
    const { findings } = await look("m", ["tools", "vision"], url);
    expect(findings.vision).toContain("does not support image input");
    expect(findings.tools).toContain("--enable-auto-tool-choice");
    // It answers a stream in one piece.
    expect(findings.stream).toBe("no stream");
  });

  it("takes nothing from a model that does not answer, or from one that has to wait", async () => {
    expect((await look("demo-500", ["tools", "vision"])).findings).toEqual({});
    const url = await serve(({ tools }) =>
      tools === undefined ? { body: said("OK") } : { status: 429, body: { error: { message: "too many requests" } } },
    );
    expect((await look("m", ["tools"], url)).findings).not.toHaveProperty("tools");
  });
});
