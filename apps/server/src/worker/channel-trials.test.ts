import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type DemoUpstream, startDemoUpstream } from "@lyceum/demo-upstream";
import { deriveSecret, noOverrides } from "@lyceum/domain";
import { type ModelTrials, type previewRequest, type TrialLine, tryModels } from "@lyceum/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createChannelEndpoint } from "./channel-endpoint.ts";

const CREDENTIAL = "sk-upstream-credential-0123456789";
const SECRET = "5".repeat(64);
let upstream: DemoUpstream;
let server: Server;
let url = "";
beforeAll(async () => {
  upstream = await startDemoUpstream({ credential: CREDENTIAL });
  const answer = createChannelEndpoint(SECRET, () => undefined);
  server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await upstream.close();
});

const asked = (models: string[], changes: Partial<ModelTrials> = {}): ModelTrials => ({
  protocol: "openai",
  baseUrl: `${upstream.url}/v1`,
  credential: CREDENTIAL,
  allowPrivate: true,
  overrides: noOverrides,
  models,
  depth: "all",
  ...changes,
});

async function found(models: string[], changes: Partial<ModelTrials> = {}) {
  const lines: TrialLine[] = [];
  await tryModels(asked(models, changes), (line) => lines.push(line), new AbortController().signal);
  const checks = lines.flatMap((line) => (line.kind === "check" ? [line] : []));
  return {
    lines,
    checks,
    outcomes: Object.fromEntries(checks.map(({ check, outcome }) => [check, outcome])),
    isUsable: lines.find((line) => line.kind === "model")?.isUsable,
  };
}

describe.each([
  ["openai", "/v1"],
  ["openai-responses", "/v1"],
  ["anthropic", ""],
  ["gemini", "/v1beta"],
  ["ollama", ""],
] as const)("trials of models behind %s", (protocol, path) => {
  const there = () => ({ protocol, baseUrl: upstream.url + path });

  it("tell what each is capable of, with its first token", async () => {
    const text = await found(["demo-text"], there());
    expect(text).toMatchObject({
      outcomes: { stream: "passed", text: "passed", tools: "unsure", vision: "unsure" },
      isUsable: true,
    });
    expect(text.checks[0]?.ttftMs).toBeGreaterThanOrEqual(0);
    expect((await found(["demo-tools"], there())).outcomes).toMatchObject({ tools: "passed" });
  });

  it("tell failures in the upstream's words, without the credential", async () => {
    const broken = await found(["demo-500"], there());
    expect(broken).toMatchObject({ outcomes: { stream: "failed", text: "failed" }, isUsable: false });
    expect(broken.checks[0]).toMatchObject({ status: 500, said: expect.stringMatching(/./), error: null });
    const wrong = await found(["demo-text"], { ...there(), credential: "sk-wrong-0123456789" });
    expect(wrong).toMatchObject({ isUsable: false, outcomes: { stream: "failed", text: "skipped", tools: "skipped" } });
    expect(wrong.checks[0]?.error?.code).toBe("channel_credential_refused");
    expect(JSON.stringify(wrong.lines)).not.toContain("sk-wrong-0123456789");
  });
});

it("a shallow trial asks one question of what answers", async () => {
  upstream.clear();
  expect(await found(["demo-text"], { depth: "answer" })).toMatchObject({
    outcomes: { stream: "passed" },
    isUsable: true,
  });
  expect(upstream.requests()).toHaveLength(1);
});

/** A server of OpenAI's shape that answers by path and body. */
async function served(answer: (path: string, body: string) => { status?: number; json: object }) {
  const fake = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { status = 200, json } = answer(request.url ?? "", text);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
  }).listen(0, "127.0.0.1");
  await once(fake, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(fake.address() as AddressInfo).port}`,
    close() {
      fake.closeAllConnections();
      fake.close();
    },
  };
}

it("a picture's colour shows that the model saw it; one that doesn't stream can be used too", async () => {
  const fake = await served((_, body) => {
    const message = { role: "assistant", content: body.includes("image_url") ? "Green." : "OK" };
    return { json: { id: "1", object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop" }] } };
  });
  expect(await found(["m"], { baseUrl: fake.baseUrl })).toMatchObject({
    outcomes: { stream: "failed", text: "passed", vision: "passed" },
    isUsable: true,
  });
  fake.close();
});

it("a model of vectors is one by its answer, whether its name says so or not", async () => {
  const fake = await served((path) =>
    path === "/embeddings"
      ? { json: { object: "list", data: [{ index: 0, embedding: [0.5, 0.25] }] } }
      : { status: 400, json: { error: { message: "this model makes vectors" } } },
  );
  const named = await found(["bge-m3"], { baseUrl: fake.baseUrl });
  expect(named).toMatchObject({ outcomes: { embedding: "passed", stream: "skipped" }, isUsable: true });
  expect(named.checks.find(({ check }) => check === "embedding")?.said).toBe("2");
  expect(await found(["m"], { baseUrl: fake.baseUrl })).toMatchObject({
    outcomes: { stream: "failed", text: "failed", embedding: "passed" },
    isUsable: true,
  });
  fake.close();
});

describe("the endpoint", () => {
  const post = (body: object, signal?: AbortSignal) =>
    fetch(url, {
      method: "POST",
      headers: { "x-lyceum-internal": deriveSecret(SECRET, "internal").toString("hex") },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });

  it("is not there for who doesn't know the secret", async () => {
    expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(404);
  });

  it("sends a line for each finding and one for the end", async () => {
    const text = await (await post(asked(["demo-text", "demo-tools", "demo-500"]))).text();
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ kind }) => kind === "model")).toHaveLength(3);
    expect(lines.at(-1)).toEqual({ kind: "end", ok: true });
    expect(text).not.toContain(CREDENTIAL);
    const refused = await (await post(asked(["m"], { allowPrivate: false }))).text();
    expect(JSON.parse(refused)).toMatchObject({ kind: "end", ok: false, code: "channel_address_refused" });
  });

  it("asks no more once whoever asked is gone", async () => {
    upstream.clear();
    const gone = new AbortController();
    const response = await post(asked(Array.from({ length: 200 }, (_, at) => `demo-slow-${at}`)), gone.signal);
    const reader = response.body?.getReader();
    await reader?.read();
    gone.abort();
    // Those that were on their way arrive, however busy the machine is; then no more come.
    let count = -1;
    while (count !== upstream.requests().length) {
      count = upstream.requests().length;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    expect(count).toBeLessThan(100);
  });

  it("shows what becomes of a call, by the code that calls go through", async () => {
    const overrides = {
      headers: [{ name: "x-team", value: "physics" }],
      body: [{ path: "temperature", value: 0.5, isForced: true }],
    };
    const body = `{"model":"public","messages":[{"role":"user","content":"hi"}],"stream":true,"max_tokens":9,"temperature":0.9}`;
    const input = {
      protocol: "anthropic",
      baseUrl: `${upstream.url}`,
      allowPrivate: true,
      upstreamModel: "up",
      overrides,
      body,
    };
    const shown = (await (await post(input)).json()) as Awaited<ReturnType<typeof previewRequest>>;
    expect(shown).toMatchObject({ method: "POST", url: `${upstream.url}/v1/messages` });
    expect(JSON.parse(shown.before.body)).toMatchObject({ model: "up", max_tokens: 9, temperature: 0.9, stream: true });
    expect(JSON.parse(shown.after.body)).toMatchObject({ model: "up", max_tokens: 9, temperature: 0.5 });
    expect(shown.after.headers).toContainEqual(["x-team", "physics"]);
    expect(shown.before.headers).not.toContainEqual(["x-team", "physics"]);
    expect(JSON.stringify(shown)).not.toMatch(/x-api-key|authorization/i);
    // What an answer is paid by is nothing to change behind the client's back.
    const dear = { ...overrides, body: [{ path: "max_tokens", value: 5, isForced: true }] };
    expect(await (await post({ ...input, overrides: dear })).json()).toMatchObject({ code: "invalid_input" });
    expect(await (await post({ ...input, body: "{" })).json()).toMatchObject({ ok: false, code: "invalid_json" });
  });
});
