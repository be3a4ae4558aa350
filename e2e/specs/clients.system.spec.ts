import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "@playwright/test";
import { type Campus, chat, type ErrorBody, openCampus } from "../src/campus.ts";

test.describe.configure({ mode: "serial" });
let campus: Campus;
let key: string;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  campus = await openCampus();
  await campus.offer(["demo-text", "demo-echo", "demo-image", "demo-no-top-p-1", "campus-echo=demo-echo"]);
  ({ key } = await campus.student("20"));
});
test.afterAll(() => campus.close());

test("the name asked for is echoed, the upstream's own name is sent on", async () => {
  campus.upstream.clear();
  const reply = await chat(campus.system.url, key, {
    model: "campus-echo",
    messages: [{ role: "user", content: "hi" }],
  });
  expect(await reply.json()).toMatchObject({ model: "campus-echo" });
  expect(JSON.parse(campus.upstream.requests().at(-1)?.body.toString() ?? "")).toMatchObject({ model: "demo-echo" });
});

test("every byte but the model's name reaches the upstream as it was written", async () => {
  campus.upstream.clear();
  const body =
    '{ "top_k": 1.0, "stop_token_ids": [151329,151336], "prompt": "beside messages", "seed":12345678901234567890, "logit_bias": null,' +
    '"model" : "campus-echo","messages":[{"role":"user","content":"caf\\u00e9 \\ud83d\\ude00 中文"}], "presence_penalty": -0.0, "x":{"model":"inner"},"min_p":1e-7}';
  expect((await chat(campus.system.url, key, body)).status).toBe(200);
  expect(campus.upstream.requests().at(-1)?.body.toString()).toBe(body.replace('"campus-echo"', '"demo-echo"'));
});

test("top_p is never added, and the caller's key never leaves", async () => {
  campus.upstream.clear();
  expect(
    (await chat(campus.system.url, key, { model: "demo-no-top-p-1", messages: [{ role: "user", content: "hi" }] }))
      .status,
  ).toBe(200);
  const seen = campus.upstream.requests().at(-1);
  expect(seen?.body.toString()).not.toContain("top_p");
  expect(JSON.stringify(seen?.headers)).not.toContain(key);
  expect(seen?.headers.authorization).toBe("Bearer sk-upstream-secret");
});

test("a 1 MB image arrives unchanged", async () => {
  const bytes = randomBytes(1_048_576);
  const reply = await chat(campus.system.url, key, {
    model: "demo-image",
    messages: [
      {
        role: "user",
        content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${bytes.toString("base64")}` } }],
      },
    ],
  });
  const answer = (await reply.json()) as { choices: { message: { content: string } }[] };
  expect(answer.choices[0]?.message.content).toContain(createHash("sha256").update(bytes).digest("hex"));
});

const bad = [
  [
    "a body with a trailing comma, saying where",
    '{"model":"demo-text",\n"messages":[],}',
    400,
    "invalid_json",
    /第 2 行.*line 2/,
  ],
  [
    "an unknown model, naming the nearest",
    { model: "demo-txet", messages: [{ role: "user", content: "x" }] },
    404,
    "model_not_found",
    /demo-text/,
  ],
  ["empty messages", { model: "demo-text", messages: [] }, 400, "invalid_request", /messages/],
  [
    "a negative output limit",
    { model: "demo-text", max_tokens: -1, messages: [{ role: "user", content: "x" }] },
    400,
    "invalid_request",
    /max_tokens/,
  ],
  [
    "a field that occurs twice",
    '{"model":"demo-text","model":"demo-echo","messages":[{"role":"user","content":"x"}]}',
    400,
    "invalid_request",
    /model/,
  ],
] as const;
for (const [what, body, status, code, message] of bad) {
  test(`refuses ${what}, in both languages`, async () => {
    const reply = await chat(campus.system.url, key, body);
    const { error } = (await reply.json()) as ErrorBody;
    expect(reply.status).toBe(status);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/[\u4e00-\u9fff].*[A-Za-z]{3}/s);
    expect(reply.headers.get("x-request-id")).toBe(error.request_id);
  });
}

test("refuses a key with a typing error and a request without any", async () => {
  const body = { model: "demo-text", messages: [{ role: "user", content: "x" }] };
  const wrong = await chat(campus.system.url, `${key.slice(0, -1)}_`, body);
  expect([wrong.status, ((await wrong.json()) as ErrorBody).error.code]).toEqual([401, "invalid_key"]);
  const none = await fetch(`${campus.system.url}/v1/models`);
  expect([none.status, ((await none.json()) as ErrorBody).error.code]).toEqual([401, "missing_key"]);
});
