import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CREDENTIAL } from "./testing/scene.ts";
import { createWorkerFixture, eventsOf, hello, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
let gateway: WorkerFixture;
let secret: string;
let userId: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  const channel = await gateway.channel("demo", gateway.upstreamUrl);
  for (const name of [
    "demo-text",
    "demo-echo",
    "demo-fast",
    "demo-image",
    "demo-gzip",
    "demo-crlf",
    "demo-split",
    "demo-tools",
    "demo-n",
    "demo-usage-every",
  ]) {
    await gateway.model(name, [channel]);
  }
  for (const upstreamModel of ["demo-text", "demo-crlf", "demo-split", "demo-usage-every"]) {
    await gateway.model(`课程/${upstreamModel}`, [channel], { upstreamModel });
  }
  ({ secret, userId } = await gateway.person(1_000n * YUAN));
  await gateway.inForce();
});
afterAll(() => gateway.close());

const lastSeen = () => gateway.upstream.requests().at(-1);
const sentUpstream = () => lastSeen()?.body.toString() ?? "";
const direct = (body: string) =>
  fetch(`${gateway.upstream.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${CREDENTIAL}` },
    body,
  });
/** The id and the time differ from call to call. */
const plain = (text: string) => text.replace(/chatcmpl-demo-\d+/g, "ID").replace(/"created":\d+/g, '"created":0');

describe("a request", () => {
  it("reaches the upstream byte for byte where both names are equal", async () => {
    const body =
      '{ "stop_token_ids":[151329, 151336],\n "model" : "demo-fast","messages":[{"role":"user","content":"caf\\u00e9 1\\/2 你好"}], "prompt":"x",' +
      '"seed":12345678901234567890, "temperature":1.0,"min_p":1e-7, "stop":null,"logit_bias":{}, "repetition_penalty":0, "guided_json":{"b":1,"a":[2.50]} }';
    const answer = await gateway.chat(secret, body);
    expect(answer.status).toBe(200);
    expect(sentUpstream()).toBe(body);
    expect(sentUpstream()).not.toContain("top_p");
  });

  it("differs by the model's name alone where the upstream calls it otherwise", async () => {
    const body =
      '{"messages":[{"role":"user","content":"\\"model\\":\\"课程/demo-text\\""}],"model":"课程/demo-text","top_k":1.0}';
    const answer = await gateway.chat(secret, body);
    expect(sentUpstream()).toBe(body.replace('"model":"课程/demo-text","top_k"', '"model":"demo-text","top_k"'));
    const reply = await answer.text();
    expect(JSON.parse(reply).model).toBe("课程/demo-text");
    const unproxied = await (await direct('{"model":"demo-text","messages":[{"role":"user","content":"x"}]}')).text();
    const withoutUsage = (text: string) => plain(text).replace(/"usage":.*/, "");
    expect(withoutUsage(reply)).toBe(withoutUsage(unproxied).replace("demo-text", "课程/demo-text"));
  });

  it("asks for usage on a stream and changes nothing else", async () => {
    const body = '{"model":"demo-fast","stream":true,"messages":[{"role":"user","content":"x"}] }';
    await (await gateway.chat(secret, body)).text();
    expect(sentUpstream()).toBe(`${body.slice(0, -1)},"stream_options":{"include_usage":true}}`);
    const half =
      '{"model":"demo-fast","stream":true,"stream_options":{"include_usage":false,"x":1},"messages":[{"role":"user","content":"x"}]}';
    await (await gateway.chat(secret, half)).text();
    expect(sentUpstream()).toBe(half.replace("false", "true"));
  });

  it("carries neither the caller's key nor its headers, and a pseudonym for its user", async () => {
    const body = { model: "demo-fast", messages: hello, user: "2025001 张三" };
    const headers = {
      cookie: "a=b",
      "x-forwarded-for": "1.2.3.4",
      "user-agent": "student/1",
      "openai-organization": "org",
    };
    const answer = await gateway.chat(secret, body, { headers });
    await answer.text();
    const seen = lastSeen();
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual(
      [
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-request-id",
      ].sort(),
    );
    expect(seen?.headers.authorization).toBe(`Bearer ${CREDENTIAL}`);
    expect(seen?.headers["user-agent"]).not.toContain("student");
    expect(seen?.headers["x-request-id"]).toBe(answer.headers.get("x-request-id"));
    const first = JSON.parse(sentUpstream()).user;
    expect(first).toMatch(/^user_[0-9a-f]{24}$/);
    expect(first).not.toContain(userId.slice(0, 8));
    await (await gateway.chat(secret, { ...body, user: "other" })).text();
    expect(JSON.parse(sentUpstream()).user).toBe(first);
  });

  it("brings a 1 MB image upstream unchanged, and reserves a stated number of tokens for it", async () => {
    const image = Buffer.alloc(1_048_576, "lyceum-");
    const url = `data:image/png;base64,${image.toString("base64")}`;
    const person = await gateway.person(20n * 1_000_000n);
    const content = [
      { type: "text", text: "图里有什么？" },
      { type: "image_url", image_url: { url } },
    ];
    const answer = await gateway.chat(person.secret, {
      model: "demo-image",
      messages: [{ role: "user", content }],
      max_tokens: 100,
    });
    expect(answer.status).toBe(200);
    const digest = createHash("sha256").update(image).digest("hex");
    expect(await answer.text()).toContain(`sha256:${digest} bytes:1048576 type:image/png`);
    const [held] = await gateway.query<{ reserved_nanos: string }>(
      "select reserved_nanos from usage_record where account_id = $1",
      [person.accountId],
    );
    // 1,600 for the image and some for the text at ¥2 a million, 100 of output at ¥8.
    expect(Number(held?.reserved_nanos)).toBeGreaterThan(1_600 * 2_000 + 800_000);
    expect(Number(held?.reserved_nanos)).toBeLessThan(1_900 * 2_000 + 800_000);
  });

  it("may be compressed", async () => {
    const body = gzipSync(JSON.stringify({ model: "demo-echo", messages: hello }));
    const answer = await gateway.chat(secret, body, { headers: { "content-encoding": "gzip" } });
    expect(await answer.text()).toContain("你好，世界");
    const broken = await gateway.chat(secret, "no gzip", { headers: { "content-encoding": "gzip" } });
    expect(broken.status).toBe(400);
  });
});

describe("an answer", () => {
  it("streams as the upstream sent it, the chunk with usage only for who asked", async () => {
    const body = (more: object) => JSON.stringify({ model: "demo-text", messages: hello, stream: true, ...more });
    const asked = { stream_options: { include_usage: true } };
    const expected = plain(await (await direct(body(asked))).text());
    expect(plain(await (await gateway.chat(secret, body(asked))).text())).toBe(expected);
    const unasked = plain(await (await gateway.chat(secret, body({}))).text());
    const usageFrame = expected.split("\n\n").find((frame) => frame.includes('"choices":[],'));
    expect(usageFrame).toBeDefined();
    expect(unasked).toBe(expected.replace(`${usageFrame}\n\n`, ""));
    expect(eventsOf(unasked).filter((data) => data === "[DONE]")).toHaveLength(1);
  });

  it.each(["demo-text", "demo-crlf", "demo-split", "demo-usage-every"])(
    "of %s names the model as it was asked for in every chunk",
    async (model) => {
      const answer = await gateway.chat(secret, { model: `课程/${model}`, messages: hello, stream: true });
      const text = (await answer.text()).replaceAll("\r\n", "\n");
      const events = eventsOf(text);
      expect(events.at(-1)).toBe("[DONE]");
      const chunks = events.slice(0, -1).map((data) => JSON.parse(data));
      expect(new Set(chunks.map((chunk) => chunk.model))).toEqual(new Set([`课程/${model}`]));
      expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toContain("🎓");
      expect(answer.headers.get("x-gateway-model")).toBe(encodeURIComponent(`课程/${model}`));
    },
  );

  it("is decoded where the upstream compressed it unasked", async () => {
    for (const stream of [false, true]) {
      const answer = await gateway.chat(secret, { model: "demo-gzip", messages: hello, stream });
      expect(answer.headers.get("content-encoding")).toBeNull();
      expect(await answer.text()).toContain("🎓");
    }
    expect(gunzipSync(gzipSync("x")).toString()).toBe("x");
  });

  it("carries our request id and none of the upstream's headers", async () => {
    const answer = await gateway.chat(secret, { model: "demo-fast", messages: hello });
    expect(answer.headers.get("x-request-id")).toMatch(/^req_[0-9a-f]{32}$/);
    const names = [...answer.headers.keys()].filter((name) => !["connection", "keep-alive", "date"].includes(name));
    expect(names.sort()).toEqual(["content-length", "content-type", "x-gateway-model", "x-request-id"]);
  });

  it("with tools and several choices passes unchanged", async () => {
    const tools = [
      {
        type: "function",
        function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
      },
    ];
    const called = await (
      await gateway.chat(secret, { model: "demo-tools", messages: hello, tools, stream: true })
    ).text();
    expect(called).toContain('"tool_calls"');
    const several = await (await gateway.chat(secret, { model: "demo-n", messages: hello, n: 3, stream: true })).text();
    const indices = eventsOf(several)
      .slice(0, -1)
      .map((data) => JSON.parse(data).choices[0].index);
    expect(new Set(indices)).toEqual(new Set([0, 1, 2]));
    expect(eventsOf(several).at(-1)).toBe("[DONE]");
  });
});

describe("the list of models", () => {
  it("has what the key may use, in OpenAI's shape", async () => {
    const get = async (path: string) => {
      const answer = await fetch(`${gateway.url}${path}`, { headers: { "x-api-key": secret } });
      return {
        status: answer.status,
        body: (await answer.json()) as { data: { id: string }[]; id: string; object: string },
      };
    };
    const list = await get("/v1/models");
    expect(list.status).toBe(200);
    expect(list.body.data.map(({ id }) => id)).toContain("课程/demo-text");
    expect((await get(`/v1/models/${encodeURIComponent("课程/demo-text")}`)).body).toMatchObject({
      id: "课程/demo-text",
      object: "model",
    });
    expect((await get("/v1/models/demo-fast")).body).toMatchObject({ id: "demo-fast" });
    expect((await get("/v1/models/nothing")).status).toBe(404);
  });
});
