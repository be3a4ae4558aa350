import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CREDENTIAL } from "./testing/scene.ts";
import { createWorkerFixture, hello, type WorkerFixture } from "./testing/worker-fixture.ts";

let gateway: WorkerFixture;
let secret: string;
let accountId: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  // As Anthropic's own libraries are given the address: without /v1.
  const anthropic = await gateway.channel("anthropic", gateway.upstream.url, { protocol: "anthropic" });
  const openai = await gateway.channel("openai", gateway.upstreamUrl);
  await gateway.model("claude", [anthropic], { upstreamModel: "demo-text", maxOutputTokens: 7_777 });
  await gateway.model("qwen", [openai], { upstreamModel: "demo-text" });
  ({ secret, accountId } = await gateway.person(1_000_000_000_000n));
  await gateway.inForce();
});
afterAll(() => gateway.close());

const lastSeen = () => gateway.upstream.requests().at(-1);
/** As Anthropic's clients ask: the key in a header of its own. */
const ask = (path: string, body: object | null, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, {
    method: body === null ? "GET" : "POST",
    headers: { "x-api-key": secret, "content-type": "application/json", ...headers },
    ...(body !== null && { body: JSON.stringify(body) }),
  });

describe("clients of Anthropic's protocol", () => {
  it("need not name a limit nor a version, as on the course page (case 56)", async () => {
    const answer = await ask("/v1/messages", { model: "claude", messages: hello });
    expect([answer.status, await answer.json()]).toMatchObject([200, { type: "message", model: "claude" }]);
    const seen = lastSeen();
    expect(JSON.parse(String(seen?.body))).toEqual({ model: "demo-text", messages: hello, max_tokens: 7_777 });
    expect(seen?.headers).toMatchObject({ "anthropic-version": "2023-06-01", "x-api-key": CREDENTIAL });
  });

  it("have their betas forwarded to Anthropic upstreams alone (case 56)", async () => {
    for (const model of ["claude", "qwen"]) {
      await (await ask("/v1/messages?beta=true", { model, messages: hello }, { "anthropic-beta": "a-1" })).text();
      expect(lastSeen()?.headers["anthropic-beta"]).toBe(model === "claude" ? "a-1" : undefined);
    }
  });

  it("count tokens by the upstream's counter or our estimate, which says so, free of charge (case 33)", async () => {
    const before = [await gateway.account(accountId), (await gateway.records(accountId)).length];
    const native = await ask("/v1/messages/count_tokens", { model: "claude", messages: hello });
    expect([native.status, native.headers.get("x-gateway-estimated")]).toEqual([200, null]);
    expect(await native.json()).toEqual({ input_tokens: expect.any(Number) });
    const estimated = await ask("/v1/messages/count_tokens", { model: "qwen", messages: hello });
    expect(estimated.headers.get("x-gateway-estimated")).toBe("input_tokens");
    expect(((await estimated.json()) as { input_tokens: number }).input_tokens).toBeGreaterThan(0);
    expect([await gateway.account(accountId), (await gateway.records(accountId)).length]).toEqual(before);
  });

  it("count with a valid key and for models of theirs only", async () => {
    const question = { model: "claude", messages: hello };
    const stranger = await ask("/v1/messages/count_tokens", question, { "x-api-key": "sk-nobody" });
    expect([stranger.status, await stranger.json()]).toMatchObject([401, { error: { type: "authentication_error" } }]);
    const unknown = await ask("/v1/messages/count_tokens", { ...question, model: "gpt" });
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { type: "not_found_error" } }]);
  });

  const version = { "anthropic-version": "2023-06-01" };

  it("get models and errors about them in their shape (case 62)", async () => {
    const list = await (await ask("/v1/models", null, version)).json();
    expect(list).toMatchObject({ data: [{ type: "model", id: "claude" }, { id: "qwen" }], has_more: false });
    expect(await (await ask("/v1/models/claude", null, version)).json()).toMatchObject({
      type: "model",
      max_tokens: 7_777,
    });
    const missing = await ask("/v1/models/gpt", null, version);
    expect([missing.status, await missing.json()]).toMatchObject([404, { type: "error" }]);
    const elsewhere = await ask("/v1/messages/batches", { requests: [] });
    expect([elsewhere.status, await elsewhere.json()]).toMatchObject([404, { error: { type: "not_found_error" } }]);
  });

  it("find the request's id in the header that Anthropic's libraries read, beside the usual one", async () => {
    const question = { model: "claude", max_tokens: 10, messages: hello };
    const answers = [
      await ask("/v1/messages", question),
      await ask("/v1/messages", { ...question, stream: true }),
      await ask("/v1/messages", { ...question, messages: "?" }),
      await ask("/v1/messages", question, { "x-api-key": "sk-nobody" }),
      await ask("/v1/messages/count_tokens", question),
      await ask("/v1/messages/batches", {}),
      await ask("/v1/models", null, { "anthropic-version": "2023-06-01" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 401, 200, 404, 200]);
    for (const { headers } of answers) {
      expect(headers.get("request-id")).toMatch(/^req_/);
      expect(headers.get("request-id")).toBe(headers.get("x-request-id"));
    }
    const openai = await ask("/v1/chat/completions", { model: "qwen", messages: hello });
    expect([openai.status, openai.headers.get("request-id")]).toEqual([200, null]);
  });

  it("see in headers what had to go, from an upstream of another protocol", async () => {
    const answer = await ask("/v1/messages", {
      model: "qwen",
      max_tokens: 100,
      messages: [{ role: "user", content: [{ type: "text", text: "hi", cache_control: { type: "ephemeral" } }] }],
      context_management: { edits: [] },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-gateway-dropped")?.split(", ").toSorted()).toEqual([
      "cache_control",
      "context_management",
    ]);
  });
});
