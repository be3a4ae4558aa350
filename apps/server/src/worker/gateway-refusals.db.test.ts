import { request as httpRequest } from "node:http";
import { createApiKey } from "@lyceum/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, hello, until, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
let gateway: WorkerFixture;
let secret: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  await gateway.group("vip");
  await gateway.query("insert into setting (key, value) values ('maxBodyBytes', '200000')");
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  await gateway.model("demo-fast", [channel]);
  await gateway.model("demo-text", [channel]);
  await gateway.model("qwen-vip", [channel], { groups: ["vip"] });
  await gateway.model("demo-fast-old", [channel], { isRemoved: true });
  await gateway.model("demo-unpriced", [channel], { upstreamModel: "demo-fast", price: null });
  await gateway.model("demo-nowhere", []);
  ({ secret } = await gateway.person(YUAN));
  await gateway.inForce();
});
afterAll(() => gateway.close());

type ErrorBody = { error: { message: string; type: string; code: string; param: string | null; request_id: string } };

async function refusal(answer: Response): Promise<{ status: number } & ErrorBody["error"]> {
  const { error } = (await answer.json()) as ErrorBody;
  expect(error.message).toMatch(/\p{Script=Han}.* \/ .*[a-z]/su);
  expect(error.request_id).toBe(answer.headers.get("x-request-id"));
  return { status: answer.status, ...error };
}

const ask = async (body: unknown, headers: Record<string, string> = {}) =>
  refusal(await gateway.chat(secret, body, { headers }));
const fields = async (more: object) => ask({ model: "demo-fast", messages: hello, ...more });

describe("a key", () => {
  it.each([
    ["", "missing_key"],
    ["Bearer sk-ly-rubbish", "invalid_key"],
    ["Bearer sk-other", "invalid_key"],
    [`Bearer ${createApiKey().secret}`, "invalid_key"],
  ])("given as '%s' is answered 401 %s", async (authorization, code) => {
    const headers = { "content-type": "application/json", ...(authorization !== "" && { authorization }) };
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", headers, body: "{}" });
    expect(await refusal(answer)).toMatchObject({ status: 401, code });
  });

  it("that is disabled, enabled, expired or deleted is so with the next request", async () => {
    const person = await gateway.person(YUAN);
    const call = () => gateway.chat(person.secret, { model: "demo-fast", messages: hello });
    expect((await call()).status).toBe(200);
    await gateway.query("update virtual_key set status = 'disabled' where id = $1", [person.keyId]);
    expect(await refusal(await call())).toMatchObject({ status: 401, code: "key_disabled" });
    await gateway.query("update virtual_key set status = 'active' where id = $1", [person.keyId]);
    expect((await call()).status).toBe(200);
    await gateway.query("update virtual_key set expires_at = now() - interval '1 second' where id = $1", [
      person.keyId,
    ]);
    expect(await refusal(await call())).toMatchObject({ status: 401, code: "key_expired" });
    await gateway.query("update virtual_key set expires_at = null, models = '{demo-text}' where id = $1", [
      person.keyId,
    ]);
    expect(await refusal(await call())).toMatchObject({ status: 403, code: "model_not_allowed" });
    await gateway.query("update virtual_key set status = 'deleted' where id = $1", [person.keyId]);
    expect(await refusal(await call())).toMatchObject({ status: 401, code: "invalid_key" });
  });

  it("of a disabled person or a frozen account is answered 403", async () => {
    const person = await gateway.person(YUAN);
    const call = () => gateway.chat(person.secret, { model: "demo-fast", messages: hello });
    expect((await call()).status).toBe(200);
    await gateway.query("update app_user set disabled_at = now() where id = $1", [person.userId]);
    expect(await refusal(await call())).toMatchObject({ status: 403, code: "account_disabled" });
    const frozen = await gateway.person(YUAN);
    await gateway.query("update account set is_frozen = true where id = $1", [frozen.accountId]);
    const answer = await gateway.chat(frozen.secret, { model: "demo-fast", messages: hello });
    expect(await refusal(answer)).toMatchObject({ status: 403, code: "account_disabled" });
  });

  it("of somebody who left the group is answered 403 at once", async () => {
    const person = await gateway.person(YUAN, { group: "vip" });
    const call = () => gateway.chat(person.secret, { model: "qwen-vip", messages: hello });
    expect(await refusal(await call())).toMatchObject({ status: 403, code: "group_not_allowed" });
    await gateway.query("insert into group_member (user_id, group_id) values ($1, 'vip')", [person.userId]);
    expect((await call()).status).not.toBe(403);
    await gateway.query("delete from group_member where user_id = $1", [person.userId]);
    expect(await refusal(await call())).toMatchObject({ status: 403, code: "group_not_allowed" });
  });
});

describe("a model", () => {
  const model = (name: string) => ask({ model: name, messages: hello });

  it("that is unknown is 404 and names the nearest one the key may use", async () => {
    expect(await model("Demo-Fastt")).toMatchObject({ status: 404, code: "model_not_found", param: "model" });
    expect((await model("Demo-Fastt")).message).toContain("demo-fast");
    expect((await model("qwen-vipp")).message).not.toContain("qwen-vip。");
  });
  it("outside the key's group is 403 and names groups that may", async () => {
    expect(await model("qwen-vip")).toMatchObject({
      status: 403,
      code: "model_not_allowed",
      message: expect.stringContaining("vip"),
    });
  });
  it("that was removed is 404 and names what there is instead", async () => {
    expect(await model("demo-fast-old")).toMatchObject({
      status: 404,
      code: "model_removed",
      message: expect.stringMatching(/可以改用 demo-.* instead/),
    });
  });
  it("without a channel is 503", async () => {
    expect(await model("demo-nowhere")).toMatchObject({ status: 503, code: "model_paused" });
  });
  it("without a price is refused but to those who accept it where the setting allows, and then costs nothing", async () => {
    expect(await model("demo-unpriced")).toMatchObject({ status: 403, code: "model_unpriced" });
    const person = await gateway.person(0n);
    await gateway.query("insert into setting (key, value) values ('allowUnpriced', 'true')");
    await gateway.inForce();
    const call = () => gateway.chat(person.secret, { model: "demo-unpriced", messages: hello });
    expect(await refusal(await call())).toMatchObject({ status: 403, code: "model_unpriced" });
    await gateway.query("update app_user set accepts_unpriced = true where id = $1", [person.userId]);
    await until(async () => (await call()).status === 200);
    expect((await gateway.records(person.accountId))[0]).toMatchObject({
      price_id: null,
      cost_nanos: "0",
      outcome: "finished",
    });
  });
  it("that is removed or restored is so soon", async () => {
    const status = async () => (await gateway.chat(secret, { model: "demo-text", messages: hello })).status;
    expect(await status()).toBe(200);
    await gateway.query("update model set removed_at = now() where name = 'demo-text'");
    await until(async () => (await status()) === 404);
    await gateway.query("update model set removed_at = null where name = 'demo-text'");
    await until(async () => (await status()) === 200);
  });
});

describe("a body", () => {
  it("that is broken JSON is 400 and says where", async () => {
    const broken = await ask('{\n  "model": "demo-fast",\n  "messages": [{"role": "user", "content": "你好"}],\n}');
    expect(broken).toMatchObject({
      status: 400,
      code: "invalid_json",
      message: expect.stringContaining("line 4, column 1"),
    });
    expect(await ask("")).toMatchObject({ status: 400, code: "invalid_json" });
  });

  it("that is JSON but no object is 400 and says so", async () => {
    for (const body of ["[1]", '"text"', " 7 ", "null"]) {
      const message = expect.stringMatching(/JSON 对象.*JSON object/);
      expect(await ask(body)).toMatchObject({ status: 400, code: "invalid_request", message });
    }
  });

  it("over the limit is 413, whether it says so in advance or not", async () => {
    const large = { model: "demo-fast", messages: [{ role: "user", content: "x".repeat(300_000) }] };
    expect(await ask(large)).toMatchObject({
      status: 413,
      code: "body_too_large",
      message: expect.stringContaining("195 KB"),
    });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${secret}`,
        "content-type": "application/json",
        "transfer-encoding": "chunked",
      };
      const sending = httpRequest(`${gateway.url}/v1/chat/completions`, { method: "POST", headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sending.on("error", reject);
      for (let i = 0; i < 30; i++) sending.write("x".repeat(10_000));
      sending.end();
    });
    expect(status).toBe(413);
  });

  it("of another type is 415, and one without a type is taken for JSON", async () => {
    const form = await ask("a=b", { "content-type": "application/x-www-form-urlencoded" });
    expect(form).toMatchObject({
      status: 415,
      code: "unsupported_media_type",
      message: expect.stringContaining("x-www-form-urlencoded"),
    });
    const body = Buffer.from(JSON.stringify({ model: "demo-fast", messages: hello }));
    const untyped = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}` },
      body,
    });
    expect(untyped.status).toBe(200);
  });

  it.each([
    ["model", '{"model":"demo-fast","model":"demo-text","messages":[{}]}'],
    ["model", '{"mod\\u0065l":"demo-fast","messages":[{}]}'],
    ["model", '{"Model":"demo-text","model":"demo-fast","messages":[{}]}'],
    ["messages", '{"me\\u017f\\u017fages":[],"model":"demo-fast","messages":[{}]}'],
    ["max_tokens", '{"model":"demo-fast","messages":[{}],"max_tokens":5,"max_tokens":5000}'],
    [
      "stream_options.include_usage",
      '{"model":"demo-fast","messages":[{}],"stream":true,"stream_options":{"include_usage":true,"include_usage":false}}',
    ],
  ])("in which two parsers could see two requests is 400 and names %s", async (param, body) => {
    expect(await ask(body)).toMatchObject({ status: 400, code: "invalid_request", param });
  });

  it.each([
    ["messages", { messages: [] }],
    ["messages", { messages: "hi" }],
    ["messages", { messages: null }],
    ["model", { model: 5 }],
    ["model", { model: "" }],
    ["stream", { stream: "yes" }],
    ["n", { n: 0 }],
    ["n", { n: 129 }],
    ["n", { n: 1.5 }],
    ["max_tokens", { max_tokens: 0 }],
    ["max_tokens", { max_tokens: -5 }],
    ["max_tokens", { max_tokens: "10" }],
    ["max_completion_tokens", { max_completion_tokens: 1e12 }],
    ["user", { user: 5 }],
    ["stream_options", { stream_options: 5 }],
    ["models", { models: ["a"] }],
    ["provider", { provider: {} }],
    ["service_tier", { service_tier: "priority" }],
    ["route", { route: "fallback" }],
  ])("with a wrong or forbidden %s (%j) is 400 and names it", async (param, more) => {
    expect(await fields(more)).toMatchObject({
      status: 400,
      code: "invalid_request",
      param,
      message: expect.stringContaining(param),
    });
  });

  it("that is refused reserves nothing and reaches no upstream", async () => {
    const before = gateway.upstream.requests().length;
    await fields({ n: 0 });
    expect(gateway.upstream.requests()).toHaveLength(before);
    expect(await gateway.query("select from reservation")).toEqual([]);
  });
});

describe("an address", () => {
  const get = async (path: string, method = "GET") => {
    const answer = await fetch(`${gateway.url}${path}`, { method, headers: { authorization: `Bearer ${secret}` } });
    return { allow: answer.headers.get("allow"), ...(await refusal(answer)) };
  };

  it("with a wrong method is 405 and says which is right", async () => {
    expect(await get("/v1/chat/completions")).toMatchObject({ status: 405, code: "method_not_allowed", allow: "POST" });
    expect(await get("/v1/models", "DELETE")).toMatchObject({ status: 405, allow: "GET" });
  });
  it("that is nearly right is 404 and says what to change", async () => {
    for (const [path, said] of [
      ["/v1/v1/chat/completions", "You mean /v1/chat/completions: take /v1 out of your client's base address."],
      ["/chat/completions", "put /v1 at the end of your client's base address."],
      ["/api/v1/responses", "You mean /v1/responses"],
    ] as const) {
      const message = expect.stringContaining(said);
      expect(await get(path, "POST")).toMatchObject({ status: 404, code: "not_found", message });
    }
    expect(await get("/v1/nothing")).toMatchObject({ status: 404, code: "not_found" });
  });
  it("that is nearly another protocol's is refused in its words", async () => {
    const ask = async (path: string) => {
      const answer = await fetch(`${gateway.url}${path}`, { method: "POST", body: "{}" });
      return [answer.status, await answer.json()];
    };
    const message = (path: string) => expect.stringContaining(`You mean ${path}: take /v1`);
    expect(await ask("/v1/v1/messages")).toMatchObject([
      404,
      { type: "error", error: { type: "not_found_error", message: message("/v1/messages") } },
    ]);
    const gemini = "/v1beta/models/m:generateContent";
    expect(await ask(`/v1beta${gemini}`)).toMatchObject([
      404,
      { error: { status: "NOT_FOUND", message: message(gemini) } },
    ]);
    expect(await ask("/v1/api/chat")).toMatchObject([404, { error: message("/api/chat") }]);
  });
  it("of the console is 503 while there is none", async () => {
    expect((await fetch(`${gateway.url}/sign-in`)).status).toBe(503);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });
});
