import { describe, expect, it } from "vitest";
import { openaiChat } from "../protocols/openai-chat/index.ts";
import { anthropic } from "../providers/anthropic.ts";
import { gemini } from "../providers/gemini.ts";
import { ollama } from "../providers/ollama.ts";
import { openaiResponses } from "../providers/openai-responses.ts";
import { occasion, target } from "../testing/target.ts";
import { chatFace } from "./prepare-call.ts";

const providers = [openaiResponses, anthropic, gemini, ollama];
const route = { captures: [], query: new URLSearchParams(), headers: {} };

async function sent(body: string, provider: (typeof providers)[number]) {
  const call = chatFace(openaiChat).decodeCall(Buffer.from(body), route);
  return call.prepare(target({ provider }), occasion());
}

describe.each(providers)("a request to $id", (provider) => {
  it("wishes for no call of a tool where there is none, and names that it was wished for", async () => {
    for (const tools of ["", ',"tools":[]']) {
      const choice = '"tool_choice":{"type":"function","function":{"name":"f"}}';
      const { body, dropped } = await sent(
        `{"model":"m","messages":[{"role":"user","content":"x"}],${choice}${tools}}`,
        provider,
      );
      expect(body.toString()).not.toMatch(/tool_choice|toolConfig/);
      expect(dropped).toEqual(["tool_choice"]);
    }
  });

  it("has the very seed that was wished for, or none, and names it", async () => {
    const asked = (seed: string) =>
      sent(`{"model":"m","messages":[{"role":"user","content":"x"}],"seed":${seed}}`, provider);
    const huge = await asked("12345678901234567890");
    expect([huge.body.toString().includes("1234567890"), huge.dropped]).toEqual([false, ["seed"]]);
    const small = await asked("42");
    expect(small.body.toString().includes('"seed":42')).toBe(!small.dropped.includes("seed"));
  });

  it("has whole characters only, and leaves escapes alone that stand in a text", async () => {
    const text = String.raw`{"role":"user","content":"a \ud83d b \\ud83d \ud83d\ude00"}`;
    const call = String.raw`{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x\":\"\\ud83d\\ude00\"}"}}]}`;
    const result = '{"role":"tool","tool_call_id":"a","content":"r"}';
    const { body } = await sent(`{"model":"m","messages":[${text},${call},${result}]}`, provider);
    const json = body.toString();
    expect(json).toContain(String.raw`a ${"\ufffd"} b \\ud83d 😀`);
    expect(json).toMatch(/😀.*(?:😀|\\\\ud83d\\\\ude00)/);
    expect(json).toBe(json.toWellFormed());
  });
});
