import type { ChannelConfig, GatewayConfig, ModelConfig } from "@lyceum/db/gateway-config";
import { createApiKey, defaultSettings, noConstraints, noOverrides } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { Route } from "../canonical/protocol.ts";
import { HealthBook } from "../health/health-book.ts";
import { anthropicMessages } from "../protocols/anthropic-messages/index.ts";
import { geminiGenerate } from "../protocols/gemini-generate/index.ts";
import { openaiChat } from "../protocols/openai-chat/index.ts";
import type { UpstreamReceiver, UpstreamRequest } from "../upstream/upstream.ts";
import { type CountingFace, countTokens } from "./count-tokens.ts";
import type { Deps } from "./deps.ts";
import { ClientPresence, type GatewayReply, type GatewayRequest } from "./gateway-request.ts";
import { KeyCache } from "./key-cache.ts";

const { secret } = createApiKey();
const route: Route = { captures: [], query: new URLSearchParams(), headers: {} };

const channel = (protocol: string): ChannelConfig => ({
  id: "c",
  name: "c",
  protocol,
  baseUrl: "http://127.0.0.1/v1",
  credentials: [{ id: "c", secret: null, weight: 1 }],
  allowPrivate: true,
  idleTimeoutMs: 1_000,
  totalTimeoutMs: 1_000,
  firstTokenTimeoutMs: null,
  parallelLimit: null,
  overrides: noOverrides,
});

function scene(protocol: string, answer: { status: number; body: string } | null) {
  const sent: UpstreamRequest[] = [];
  const deployment = {
    id: "d",
    upstreamModel: "hidden",
    priority: 0,
    weight: 1,
    lacks: [],
    contextTokens: null,
    channel: channel(protocol),
  };
  const model = {
    name: "m",
    isRemoved: false,
    groupIds: new Set(["g"]),
    price: { id: "p" },
    maxOutputTokens: null,
    constraints: noConstraints,
    deployments: [deployment],
  } as unknown as ModelConfig;
  const config = {
    settings: defaultSettings,
    groups: new Map([["g", { id: "g", name: "g", multiplierPpm: 1_000_000, isOpen: true }]]),
    models: new Map([["m", model]]),
  } as unknown as GatewayConfig;
  const key = { id: "k", userId: "u", accountId: "a", groupId: "g", models: [], version: 1, isDisabled: false };
  const deps = {
    config: () => config,
    keys: new KeyCache(),
    health: new HealthBook(() => 0),
    findKey: async () => ({
      ...key,
      expiresAt: null,
      isGroupMember: true,
      courses: [],
      isUserDisabled: false,
      acceptsUnpriced: false,
      termsVersion: 1,
      isLeaked: false,
      networks: [],
    }),
    pseudonym: () => "user_1",
    random: () => 0,
    log: () => undefined,
    upstream: {
      send(request: UpstreamRequest, receiver: UpstreamReceiver) {
        sent.push(request);
        queueMicrotask(() => {
          if (answer === null) return receiver.onFault({ kind: "connect", cause: new Error("refused") });
          receiver.onStart(answer.status, {});
          receiver.onData(Buffer.from(answer.body));
          receiver.onEnd();
        });
        return { isSent: true, abort: () => undefined, pause: () => undefined, resume: () => undefined };
      },
    },
  } as unknown as Deps;
  return { deps, sent };
}

const request = (body: string): GatewayRequest => ({
  id: "01a20184-7886-7bfc-9e7b-46e93c23be29",
  method: "POST",
  path: "/v1/messages/count_tokens",
  query: "",
  headers: { "x-api-key": secret },
  ip: "127.0.0.1",
  isLocal: () => true,
  receivedAt: 0,
  client: new ClientPresence(),
  readBody: async () => Buffer.from(body),
  room: { take: async () => undefined, shrink: () => undefined },
});
const told = (reply: GatewayReply) => JSON.parse(String(reply.body));

/** A face that counts, whose questions are its own bytes. */
const face: CountingFace = {
  ...openaiChat,
  counting: {
    decodeQuestion: (body) => ({
      model: JSON.parse(body.toString()).model,
      size: { textTokens: 41.2, images: 0 },
      canonical: () => expect.fail("nobody asked"),
      pass: () => ({ path: "/count", headers: [], body }),
    }),
    encodeAnswer: (tokens) => Buffer.from(JSON.stringify({ tokens })),
    encodeQuestion: () => expect.fail("nobody asked"),
    decodeAnswer: () => expect.fail("nobody asked"),
  },
};

describe("countTokens", () => {
  it("estimates where the upstream has no counter, says so, and sends nothing (case 33)", async () => {
    const { deps, sent } = scene("openai-chat", { status: 200, body: "{}" });
    const reply = await countTokens(face, request('{"model":"m"}'), route, deps);
    expect(reply.headers["x-gateway-estimated"]).toBe("input_tokens");
    expect(told(reply)).toEqual({ tokens: 42 });
    expect(sent).toEqual([]);
  });

  it("refuses a model that the key may not call", async () => {
    const { deps } = scene("openai-chat", null);
    await expect(countTokens(face, request('{"model":"x"}'), route, deps)).rejects.toThrow(/no model named x/);
  });

  it("asks the upstream's own counter, with nothing in it but the prompt", async () => {
    const { deps, sent } = scene("anthropic", { status: 200, body: '{"input_tokens":7}' });
    const body = '{"model":"m","messages":[{"role":"user","content":"hi"}],"x":1.0}';
    const reply = await countTokens(anthropicMessages, request(body), route, deps);
    expect(told(reply)).toEqual({ input_tokens: 7 });
    expect(reply.headers).not.toHaveProperty("x-gateway-estimated");
    expect(sent.map(({ path, body: bytes }) => [path, bytes?.toString()])).toEqual([
      ["/messages/count_tokens", body.replace('"m"', '"hidden"')],
    ]);
  });

  it("asks it in the upstream's words where the client speaks another protocol", async () => {
    const { deps, sent } = scene("anthropic", { status: 200, body: '{"input_tokens":7}' });
    const prompt = Buffer.from('{"model":"m","messages":[{"role":"user","content":"hi"}]}');
    const canonical = () => anthropicMessages.decodeCall(prompt, route).canonical();
    const foreign = {
      ...face.counting,
      decodeQuestion: () => ({ ...face.counting.decodeQuestion(prompt, route), canonical }),
    };
    expect(told(await countTokens({ ...face, counting: foreign }, request("{}"), route, deps))).toEqual({ tokens: 7 });
    expect(JSON.parse(String(sent[0]?.body))).toEqual({ model: "hidden", messages: [{ role: "user", content: "hi" }] });
  });

  it.each([
    ["has no such endpoint", { status: 404, body: "{}" }],
    ["is overloaded", { status: 529, body: "{}" }],
    ["answers nonsense", { status: 200, body: "<html>" }],
    ["can't be reached", null],
  ])("estimates where the upstream %s", async (_, answer) => {
    const { deps } = scene("anthropic", answer);
    const body = '{"model":"m","messages":[{"role":"user","content":"hi"}]}';
    const reply = await countTokens(anthropicMessages, request(body), route, deps);
    expect(reply.headers["x-gateway-estimated"]).toBe("input_tokens");
    expect(told(reply).input_tokens).toBeGreaterThan(0);
  });

  it("estimates what the upstream's protocol has no words for, as the results without calls that Gemini CLI counts", async () => {
    const { deps, sent } = scene("anthropic", { status: 200, body: '{"input_tokens":7}' });
    const part = { functionResponse: { id: "c", name: "read_file", response: { output: "a file" } } };
    const question = request(JSON.stringify({ contents: [{ role: "user", parts: [part] }] }));
    const reply = await countTokens(geminiGenerate, question, { ...route, captures: ["m"] }, deps);
    expect([reply.status, reply.headers["x-gateway-estimated"]]).toEqual([200, "input_tokens"]);
    expect(told(reply).totalTokens).toBeGreaterThan(0);
    expect(sent).toEqual([]);
  });

  it("passes on what is wrong with the question", async () => {
    const body = '{"type":"error","error":{"type":"invalid_request_error","message":"messages: at least one"}}';
    const { deps } = scene("anthropic", { status: 400, body });
    const question = request('{"model":"m","messages":[{}]}');
    await expect(countTokens(anthropicMessages, question, route, deps)).rejects.toThrow(/at least one/);
  });
});
