import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, hello, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
let gateway: WorkerFixture;
let secret: string;
let accountId: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  await gateway.group("vip");
  const root = await gateway.channel("by its root", gateway.upstream.url, { protocol: "ollama" });
  const api = await gateway.channel("by /api", `${gateway.upstream.url}/api`, { protocol: "ollama" });
  const claude = await gateway.channel("claude", `${gateway.upstream.url}/v1`, { protocol: "anthropic" });
  await gateway.model("minicpm4-8b", [root], { upstreamModel: "demo-echo" });
  await gateway.model("by-api", [api], { upstreamModel: "demo-echo" });
  await gateway.model("tagged:latest", [root], { upstreamModel: "demo-echo" });
  await gateway.model("claude", [claude], { upstreamModel: "demo-echo" });
  await gateway.model("hidden", [root], { upstreamModel: "demo-echo", groups: ["vip"] });
  await gateway.query(
    "update model set vendor = $1, capabilities = $2, context_tokens = $3, constraints = $4 where name = $5",
    [
      "OpenBMB",
      ["tools", "reasoning"],
      32_768,
      JSON.stringify({ recommended: { repeat_penalty: 1, temperature: 0.6, top_k: 20, top_p: 0.95 } }),
      "minicpm4-8b",
    ],
  );
  ({ secret, accountId } = await gateway.person(1_000n * YUAN));
  await gateway.inForce();
});
afterAll(() => gateway.close());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  gateway.chat(secret, body, { path, headers });
const get = (path: string, method = "GET") =>
  fetch(`${gateway.url}${path}`, { method, headers: { authorization: `Bearer ${secret}` } });
const linesOf = async (answer: Response) =>
  (await answer.text())
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("clients of Ollama (case 34)", () => {
  it.each(["/api/chat", "/api/api/chat"])("chat at %s, streamed unless they say no", async (path) => {
    const answer = await post(path, { model: "minicpm4-8b", messages: hello, options: { num_ctx: 4096 } });
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = await linesOf(answer);
    expect(lines.map((line) => line.message.content).join("")).toContain("你好，世界");
    expect(lines.every((line) => line.model === "minicpm4-8b")).toBe(true);
    expect(lines.at(-1)).toMatchObject({ done: true, done_reason: "stop", eval_count: expect.any(Number) });
    const [record] = (await gateway.records(accountId)).slice(-1);
    expect(record).toMatchObject({
      requested_model: "minicpm4-8b",
      upstream_model: "demo-echo",
      output_tokens: lines.at(-1).eval_count,
      is_estimated: false,
      outcome: "finished",
    });
    expect(gateway.upstream.requests().at(-1)?.body.toString()).toContain('"options":{"num_ctx":4096}');
  });

  it.each(["minicpm4-8b", "claude"])("complete a prompt with %s, in one piece and streamed", async (model) => {
    const whole = await post("/api/generate", { model, prompt: "量子", stream: false });
    expect(await whole.json()).toMatchObject({ model, response: "量子", done: true, done_reason: "stop" });
    const lines = await linesOf(await post("/api/generate", { model, prompt: "量子" }));
    expect(lines.map((line) => line.response).join("")).toBe("量子");
    expect(lines.at(-1)).toMatchObject({ model, done: true, total_duration: expect.any(Number) });
  });

  it("are told what another protocol's upstream does not get to see, and what it can't do", async () => {
    const body = { model: "claude", stream: false, keep_alive: "5m", options: { num_ctx: 4096, top_k: 5 } };
    const answer = await post("/api/chat", { ...body, messages: hello });
    expect(answer.headers.get("x-gateway-dropped")).toBe("keep_alive, options.num_ctx");
    const refused = await post("/api/generate", { ...body, prompt: "def f(", suffix: "return" });
    expect(refused.status).toBe(400);
    expect(((await refused.json()) as { error: string }).error).toContain("suffix");
  });

  it("may leave the content type out, as Ollama's documentation does", async () => {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await post("/api/chat", { model: "minicpm4-8b", messages: hello, stream: false }, type);
    expect(answer.status).toBe(200);
    expect((await post("/v1/chat/completions", { model: "minicpm4-8b", messages: hello }, type)).status).toBe(415);
  });

  it.each([
    ["minicpm4-8b:latest", 200],
    ["tagged", 200],
    ["tagged:latest", 200],
    ["minicpm4-8b:8b", 404],
    ["hidden:latest", 403],
  ])("find %s: %i", async (model, status) => {
    const answer = await post("/api/chat", { model, messages: hello, stream: false });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject(status === 200 ? { model } : { error: expect.any(String) });
  });

  it("reach a channel whose address ends in /api", async () => {
    expect((await post("/api/chat", { model: "by-api", messages: hello, stream: false })).status).toBe(200);
    expect(gateway.upstream.requests().at(-1)?.path).toBe("/api/chat");
  });

  it("load and unload a model without a call upstream and without a charge", async () => {
    const before = [(await gateway.records(accountId)).length, gateway.upstream.requests().length];
    const chat = await post("/api/chat", { model: "minicpm4-8b:latest", messages: [] });
    expect(await chat.json()).toEqual({
      model: "minicpm4-8b:latest",
      created_at: expect.any(String),
      message: { role: "assistant", content: "" },
      done: true,
      done_reason: "load",
    });
    const generate = await post("/api/generate", { model: "claude", keep_alive: 0 });
    expect(await generate.json()).toMatchObject({ response: "", done: true, done_reason: "unload" });
    expect((await post("/api/chat", { model: "hidden" })).status).toBe(403);
    expect((await post("/api/chat", { model: "nobody" })).status).toBe(404);
    expect([(await gateway.records(accountId)).length, gateway.upstream.requests().length]).toEqual(before);
  });

  it("list their models, with every field", async () => {
    const { models } = (await (await get("/api/tags")).json()) as { models: { name: string }[] };
    expect(models.map(({ name }) => name).sort()).toEqual(["by-api", "claude", "minicpm4-8b", "tagged:latest"]);
    expect(models.find(({ name }) => name === "minicpm4-8b")).toMatchObject({
      model: "minicpm4-8b",
      size: 0,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      details: { family: "openbmb", parameter_size: "", quantization_level: "" },
    });
    expect((await get("/api/api/tags", "HEAD")).status).toBe(200);
  });

  it("are shown a model, with the parameters that its course recommends", async () => {
    const shown = await (await post("/api/show", { model: "minicpm4-8b:latest" })).json();
    expect(shown).toMatchObject({
      parameters: expect.stringMatching(/^repeat_penalty +1\ntemperature +0\.6\ntop_k +20\ntop_p +0\.95$/),
      model_info: { "general.architecture": "openbmb", "openbmb.context_length": 32_768 },
      capabilities: ["completion", "tools", "thinking"],
      license: "",
      template: "{{ .Prompt }}",
      details: { family: "openbmb" },
    });
    expect(await (await post("/api/show", { name: "tagged" })).json()).toMatchObject({ capabilities: ["completion"] });
    expect((await post("/api/show", { model: "hidden" })).status).toBe(404);
    expect((await post("/api/show", "{")).status).toBe(400);
  });

  it("see that nothing is loaded, and a version even before they have a key", async () => {
    expect(await (await get("/api/ps")).json()).toEqual({ models: [] });
    const version = await fetch(`${gateway.url}/api/version`);
    expect(await version.json()).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  it.each([
    ["POST", "/api/pull"],
    ["POST", "/api/push"],
    ["POST", "/api/create"],
    ["POST", "/api/copy"],
    ["DELETE", "/api/delete"],
  ])("are told that models are managed elsewhere: %s %s", async (method, path) => {
    const answer = await get(path, method);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toMatch(/控制台.*console/su);
  });

  it.each(["/api/chat", "/api/generate", "/api/show", "/api/tags", "/api/ps"])(
    "are told at %s where a key goes",
    async (path) => {
      const isRead = path === "/api/tags" || path === "/api/ps";
      const answer = await fetch(`${gateway.url}${path}`, isRead ? {} : { method: "POST", body: '{"model":"m"}' });
      expect(answer.status).toBe(401);
      expect(((await answer.json()) as { error: string }).error).toMatch(/Authorization.*OLLAMA_API_KEY/su);
    },
  );

  it("hear of a wrong method in their own shape", async () => {
    const answer = await get("/api/chat");
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
    expect(await answer.json()).toMatchObject({ error: expect.any(String), code: "method_not_allowed" });
  });
});

it("keeps the books", async () => {
  expect((await gateway.account(accountId)).reserved).toBe(0n);
  expect(await gateway.differences()).toEqual([]);
});
