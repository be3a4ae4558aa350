import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, type WorkerFixture } from "../testing/worker-fixture.ts";
import { openChannels, upstreamIds } from "./pairs.ts";

const AMOUNT = 1_000_000_000n;
/** By upstream: the end of its counter's address. The others have none. */
const counters: Readonly<Record<string, string>> = {
  "anthropic-messages": "/messages/count_tokens",
  "gemini-generate": ":countTokens",
  "openai-responses": "/responses/input_tokens",
};

let gateway: WorkerFixture;
let secret: string;
let accountId: string;
beforeAll(async () => {
  gateway = await createWorkerFixture();
  await openChannels(gateway, ["demo-echo", "demo-reasoning"]);
  ({ secret, accountId } = await gateway.person(AMOUNT));
  await gateway.inForce();
});
afterAll(async () => {
  expect(await gateway.differences()).toEqual([]);
  await gateway.close();
});

type Json = Readonly<Record<string, unknown>>;
type Prompt = { readonly system: string; readonly text: string; readonly isLong?: boolean };
type CountingFace = {
  readonly title: string;
  readonly id: string;
  ask(
    model: string,
    prompt: Prompt,
  ): { readonly path: string; readonly headers: Record<string, string>; readonly body: object };
  read(body: Json): unknown;
  /** A history with a tool of a name that vendors refuse, called twice under one id. */
  strange(model: string, name: string): object;
  readonly missing: Json;
};
const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const image = {
  type: "base64",
  media_type: "image/png",
  data: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
};

const anthropic: CountingFace = {
  title: "Anthropic",
  id: "anthropic-messages",
  ask: (model, { system, text }) => ({
    path: "/v1/messages/count_tokens?beta=true",
    headers: { "x-api-key": secret, "anthropic-version": "2023-06-01", "anthropic-beta": "token-counting-2024-11-01" },
    body: {
      model,
      system,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text },
            { type: "image", source: image },
          ],
        },
      ],
      tools: [{ name: "get_weather", description: "weather", input_schema: schema }],
    },
  }),
  read: (body) => {
    expect(Object.keys(body)).toEqual(["input_tokens"]);
    return body.input_tokens;
  },
  strange: (model, name) => ({
    model,
    tools: [{ name, input_schema: { anyOf: [schema] } }],
    messages: [1, 2].flatMap(() => [
      { role: "user", content: "x" },
      { role: "assistant", content: [{ type: "tool_use", id: "call_0", name, input: {} }] },
      {
        role: "user",
        content: [
          { type: "text", text: "late" },
          { type: "tool_result", tool_use_id: "call_0" },
        ],
      },
    ]),
  }),
  missing: { type: "error", error: { type: "not_found_error" } },
};
const parts = (text: string) => [{ text }, { inlineData: { mimeType: image.media_type, data: image.data } }];
const geminiBody = ({ system, text }: Prompt) => ({
  contents: [{ role: "user", parts: parts(text) }],
  systemInstruction: { parts: [{ text: system }] },
  tools: [{ functionDeclarations: [{ name: "get_weather", description: "weather", parametersJsonSchema: schema }] }],
});
const gemini = (title: string, version: string, wrap: (model: string, prompt: Prompt) => object): CountingFace => ({
  title,
  id: "gemini-generate",
  ask: (model, prompt) => ({
    path: `/${version}/models/${model}:countTokens`,
    headers: { "x-goog-api-key": secret },
    body: wrap(model, prompt),
  }),
  read: (body) => body.totalTokens,
  strange: (model, name) => {
    const contents = [1, 2].flatMap(() => [
      { parts: [{ text: "x" }] },
      { role: "model", parts: [{ functionCall: { id: "call_0", name, args: {} } }] },
      { role: "user", parts: [{ functionResponse: { id: "call_0", name, response: {} } }] },
    ]);
    const tools = [{ functionDeclarations: [{ name, parametersJsonSchema: { anyOf: [schema] } }] }];
    return { generateContentRequest: { model: `models/${model}`, contents, tools } };
  },
  missing: { error: { code: 404, status: "NOT_FOUND" } },
});
const faces = [
  anthropic,
  gemini("Gemini, a whole request", "v1beta", (model, prompt) => ({
    generateContentRequest: { model: `models/${model}`, ...geminiBody(prompt) },
  })),
  gemini("Gemini, contents", "v1", (_, { system, text }) => ({ contents: [{ parts: parts(`${system}\n${text}`) }] })),
];

async function count(
  face: CountingFace,
  model: string,
  prompt: Prompt = { system: "You are brief.", text: "你好，世界" },
) {
  const { path, headers, body } = face.ask(model, prompt);
  const answer = await fetch(`${gateway.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
}

describe.each(faces)("counting for clients of $title (cases 33, 55)", (face) => {
  it.each(upstreamIds)(
    "asks %s upstreams for a number and never for an answer, and costs nothing",
    async (upstream) => {
      const before = gateway.upstream.requests().length;
      const { status, headers, body } = await count(face, `${upstream}.demo-echo`);
      expect([status, body]).toEqual([200, expect.anything()]);
      expect(face.read(body)).toBeGreaterThan(5);
      const asked = gateway.upstream
        .requests()
        .slice(before)
        .map(({ path }) => path.split("?")[0] ?? "");
      const counter = counters[upstream];
      const isNative = headers.get("x-gateway-estimated") === null;
      for (const path of asked) expect(path.endsWith(counter ?? "nowhere")).toBe(true);
      // What was not counted by the upstream says so.
      expect(isNative).toBe(asked.length > 0);
      if (upstream === "anthropic-messages" || upstream === "gemini-generate") expect(isNative).toBe(true);
      if (!isNative) expect(headers.get("x-gateway-estimated")).toBe("input_tokens");
      expect(headers.get("x-request-id")).toMatch(/^req_/);
      expect(await gateway.account(accountId)).toEqual({ balance: AMOUNT, reserved: 0n });
      expect(await gateway.records(accountId)).toEqual([]);
    },
  );

  it.each(upstreamIds)("counts more of a longer prompt: %s", async (upstream) => {
    const model = `${upstream}.demo-echo`;
    const short = face.read((await count(face, model)).body);
    const long = face.read((await count(face, model, { system: "s", text: "a longer prompt ".repeat(100) })).body);
    expect(long).toBeGreaterThan(Number(short) + 100);
  });

  it.each(upstreamIds.filter((id) => id !== face.id))(
    "counts whatever a call would be made of: %s",
    async (upstream) => {
      const { path, headers } = face.ask(`${upstream}.demo-echo`, { system: "", text: "" });
      const name = "查询.weather/".repeat(8);
      const answer = await fetch(`${gateway.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(face.strange(`${upstream}.demo-echo`, name)),
      });
      const body = (await answer.json()) as Json;
      expect([answer.status, body]).toEqual([200, expect.anything()]);
      expect(face.read(body)).toBeGreaterThan(0);
    },
  );

  it("says in its own words what is not there, and what is wrong", async () => {
    const { status, body } = await count(face, "nobody");
    expect([status, body]).toMatchObject([404, face.missing]);
    const { path, headers } = face.ask("ollama-chat.demo-echo", { system: "", text: "" });
    const broken = await fetch(`${gateway.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: "{",
    });
    expect([broken.status, Object.keys((await broken.json()) as Json)]).toEqual([
      400,
      Object.keys(face.missing).length === 2 ? expect.arrayContaining(["type", "error"]) : ["error"],
    ]);
  });
});
