import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "@playwright/test";
import { type Campus, openCampus } from "../src/campus.ts";
import { findPython } from "../src/python.ts";
import { runProgram } from "../src/system.ts";

// The lines that students copy from course pages, as those print them: they must go on working, whatever the libraries do by now.
test.describe.configure({ mode: "serial" });
let campus: Campus;
let key: string;

test.beforeAll(async () => {
  test.setTimeout(400_000);
  campus = await openCampus();
  await campus.offer(["demo-text", "demo-echo", "demo-chunks-5-every-100ms", "demo-logprobs=demo-text"]);
  ({ key } = await campus.student("20"));
});
test.afterAll(() => campus.close());

const QUESTION = "用一句话解释熵";

/** Runs curl -N and resolves to what it wrote, piece by piece. */
async function curl(path: string, headers: readonly string[], body: unknown): Promise<string[]> {
  const named = ["Content-Type: application/json", ...headers].flatMap((header) => ["-H", header]);
  const child = spawn("curl", ["-sS", "-N", `${campus.system.url}${path}`, ...named, "-d", JSON.stringify(body)]);
  const pieces: string[] = [];
  child.stdout.on("data", (piece: Buffer) => pieces.push(piece.toString()));
  child.stderr.on("data", (piece: Buffer) => pieces.push(piece.toString()));
  await once(child, "close");
  return pieces;
}

test("curl of chat completions, streamed and not", async () => {
  const headers = [`Authorization: Bearer ${key}`];
  const messages = [{ role: "user", content: QUESTION }];
  const whole = await curl("/v1/chat/completions", headers, { model: "demo-echo", messages });
  expect(JSON.parse(whole.join(""))).toMatchObject({
    model: "demo-echo",
    choices: [{ message: { content: QUESTION } }],
  });
  const body = { model: "demo-chunks-5-every-100ms", stream: true, messages };
  const streamed = await curl("/v1/chat/completions", headers, body);
  expect(streamed.length).toBeGreaterThan(3);
  const text = streamed.join("");
  expect(text).toMatch(/^data: \{.*\n\n/);
  expect(text.match(/data: \[DONE\]/g)).toHaveLength(1);
  // The client did not ask for usage: the chunk that the gateway asked for is not shown.
  expect(text).not.toContain('"choices":[]');
});

test("curl of completions", async () => {
  const body = { model: "demo-logprobs", prompt: QUESTION, max_tokens: 50, logprobs: 2 };
  const reply = await curl("/v1/completions", [`Authorization: Bearer ${key}`], body);
  expect(JSON.parse(reply.join(""))).toMatchObject({
    object: "text_completion",
    choices: [{ text: expect.stringContaining("你好"), logprobs: { tokens: expect.any(Array) } }],
  });
});

test("curl of Anthropic's messages, without max_tokens (case 56)", async () => {
  const headers = [`x-api-key: ${key}`, "anthropic-version: 2023-06-01"];
  const body = { model: "demo-echo", messages: [{ role: "user", content: QUESTION }] };
  const reply = await curl("/v1/messages", headers, body);
  expect(JSON.parse(reply.join(""))).toMatchObject({
    type: "message",
    stop_reason: "end_turn",
    content: [{ type: "text", text: QUESTION }],
  });
});

test("curl of Gemini's stream with a Bearer key and without alt=sse: one JSON array, in pieces (case 53)", async () => {
  const path = "/v1beta/models/demo-chunks-5-every-100ms:streamGenerateContent";
  const pieces = await curl(path, [`Authorization: Bearer ${key}`], { contents: [{ parts: [{ text: QUESTION }] }] });
  expect(pieces.length).toBeGreaterThan(3);
  const replies = JSON.parse(pieces.join("")) as { candidates?: { content?: { parts?: { text?: string }[] } }[] }[];
  const text = replies.map((reply) => reply.candidates?.[0]?.content?.parts?.[0]?.text ?? "").join("");
  expect(text).toBe("0 1 2 3 4 ");
});

const COURSE_PAGE = `
import json, sys, urllib.request
host, key = sys.argv[1:]

from openai import OpenAI
client = OpenAI(base_url=host + "/v1", api_key=key)
reply = client.chat.completions.create(model="demo-echo", messages=[{"role": "user", "content": "用一句话解释熵"}])
print(reply.choices[0].message.content, reply.usage.total_tokens > 0)
stream = client.chat.completions.create(model="demo-text", stream=True, messages=[{"role": "user", "content": "你好"}])
print("".join(c.choices[0].delta.content or "" for c in stream if c.choices))
print([m.id for m in client.models.list()])
try:
    client.chat.completions.create(model="demo-txet", messages=[{"role": "user", "content": "x"}])
except Exception as error:
    print(type(error).__name__, error.status_code, error.code)

import anthropic
client = anthropic.Anthropic(base_url=host, api_key=key)
message = client.messages.create(model="demo-echo", max_tokens=1024, messages=[{"role": "user", "content": "你好，Claude"}])
print(message.content[0].text)

import warnings
warnings.simplefilter("ignore")
import google.generativeai as genai
genai.configure(api_key=key, transport="rest", client_options={"api_endpoint": host})
model = genai.GenerativeModel("demo-echo")
print(model.generate_content("你好，Gemini").text)
print("".join(chunk.text for chunk in model.generate_content("一段一段", stream=True)))

from ollama import Client
client = Client(host=host + "/api", headers={"Authorization": "Bearer " + key})
options = {"repeat_penalty": 1, "temperature": 0.6, "top_k": 20, "top_p": 0.95}
print(client.chat(model="demo-echo", messages=[{"role": "user", "content": "你好，Ollama"}], options=options).message.content)

body = json.dumps({"model": "demo-echo", "messages": [{"role": "user", "content": "手写"}]}).encode()
headers = {"Content-Type": "application/json", "Authorization": "Bearer " + key}
with urllib.request.urlopen(urllib.request.Request(host + "/v1/chat/completions", body, headers)) as response:
    print(json.load(response)["choices"][0]["message"]["content"])
`;

test("Python, by every library and by hand", async () => {
  test.setTimeout(400_000);
  const found = await findPython();
  test.skip("missing" in found, "missing" in found ? found.missing : "");
  if ("missing" in found) return;
  const result = await runProgram(found.python, ["-", campus.system.url, key], {}, COURSE_PAGE);
  expect(result.stderr).toBe("");
  const [echo, stream, models, error, ...rest] = result.stdout.trim().split("\n");
  expect(echo).toBe("用一句话解释熵 True");
  expect(stream).toMatch(/^你好.*🎓$/);
  expect(models).toContain("demo-echo");
  expect(error).toBe("NotFoundError 404 model_not_found");
  expect(rest).toEqual(["你好，Claude", "你好，Gemini", "一段一段", "你好，Ollama", "手写"]);
});
