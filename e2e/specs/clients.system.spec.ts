import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "@playwright/test";
import OpenAI from "openai";
import { type Campus, chat, type ErrorBody, openCampus } from "../src/campus.ts";
import { findPython } from "../src/python.ts";
import { runProgram } from "../src/system.ts";

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

const COURSE_PAGE = `from openai import OpenAI
import sys
client = OpenAI(base_url=sys.argv[1] + "/v1", api_key=sys.argv[2])
reply = client.chat.completions.create(model="demo-echo", messages=[{"role": "user", "content": "用一句话解释熵"}])
print(reply.choices[0].message.content, reply.usage.total_tokens > 0)
stream = client.chat.completions.create(model="demo-text", stream=True, messages=[{"role": "user", "content": "你好"}])
print("".join(c.choices[0].delta.content or "" for c in stream if c.choices))
print([m.id for m in client.models.list()])
try:
    client.chat.completions.create(model="demo-txet", messages=[{"role": "user", "content": "x"}])
except Exception as error:
    print(type(error).__name__, error.status_code, error.code)
`;

test("the Python library works as course pages print it", async () => {
  test.setTimeout(300_000);
  const found = await findPython();
  test.skip("missing" in found, "missing" in found ? found.missing : "");
  if ("missing" in found) return;
  const result = await runProgram(found.python, ["-", campus.system.url, key], {}, COURSE_PAGE);
  expect(result.stderr).toBe("");
  const lines = result.stdout.trim().split("\n");
  expect(lines[0]).toBe("用一句话解释熵 True");
  expect(lines[1]).toMatch(/[\u4e00-\u9fff]/);
  expect(lines[2]).toContain("campus-echo");
  expect(lines[3]).toBe("NotFoundError 404 model_not_found");
});

test("curl works as course pages print it, streamed and not", async () => {
  const curl = (body: unknown) =>
    runProgram("curl", [
      ...["-sS", "-N", `${campus.system.url}/v1/chat/completions`, "-H", `Authorization: Bearer ${key}`],
      ...["-H", "Content-Type: application/json", "-d", JSON.stringify(body)],
    ]);
  const messages = [{ role: "user", content: "用一句话解释熵" }];
  const whole = await curl({ model: "demo-echo", messages });
  expect(JSON.parse(whole.stdout)).toMatchObject({
    model: "demo-echo",
    choices: [{ message: { content: "用一句话解释熵" } }],
  });
  const streamed = await curl({ model: "demo-echo", stream: true, messages });
  expect(streamed.stdout).toMatch(/^data: \{.*\n\n/);
  expect(streamed.stdout.match(/data: \[DONE\]/g)).toHaveLength(1);
  // The client did not ask for usage: the chunk that the gateway asked for is not shown.
  expect(streamed.stdout).not.toContain('"choices":[]');
});

test("the JavaScript library works, with usage where it asks for it", async () => {
  const client = new OpenAI({ baseURL: `${campus.system.url}/v1`, apiKey: key });
  const stream = await client.chat.completions.create({
    model: "demo-text",
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: "user", content: "你好" }],
  });
  let text = "";
  let usage: unknown = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? "";
    usage = chunk.usage ?? usage;
  }
  expect(text.length).toBeGreaterThan(5);
  expect(usage).toMatchObject({ completion_tokens: expect.any(Number) });
  const models = await client.models.list();
  expect(models.data.map((model) => model.id)).toContain("demo-text");
});

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
