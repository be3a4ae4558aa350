import { afterAll, beforeAll, expect, it } from "vitest";
import { type DemoUpstream, startDemoUpstream } from "../server.ts";
import { post } from "../testing/post.ts";
import { logprobOf } from "./logprobs.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

const model = "demo-chunks-3";
const chosen = ["0 ", "1 ", "2 "].map((token, position) => [token, logprobOf(token, position, 2).logprob]);
const messages = [{ role: "user", content: "x" }];

const requests: [string, string, object][] = [
  ["chat completions", "/v1/chat/completions", { messages, logprobs: true, top_logprobs: 2 }],
  ["Ollama", "/api/chat", { messages, logprobs: true, top_logprobs: 2 }],
  ["responses", "/v1/responses", { input: "x", include: ["message.output_text.logprobs"], top_logprobs: 2 }],
];

it.each(requests)("%s: one for each token, whole and in pieces (case 30)", async (_name, path, body) => {
  const whole = await post(upstream.url, path, { model, ...body, stream: false });
  expect(tokensIn([whole.json])).toEqual(chosen);
  const { text } = await post(upstream.url, path, { model, ...body, stream: true });
  const events = text
    .split("\n")
    .map((line) => line.replace(/^data: /, ""))
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { type?: string });
  // The events of responses say everything again at the end of a part, of an item and of all.
  expect(tokensIn(events.filter(({ type }) => type === undefined || type.endsWith(".delta")))).toEqual(chosen);
});

it("Gemini: the same in its own words", async () => {
  const body = { contents: [{ parts: [{ text: "x" }] }], generationConfig: { responseLogprobs: true, logprobs: 2 } };
  for (const method of ["generateContent", "streamGenerateContent"]) {
    const { json } = await post(upstream.url, `/v1beta/models/${model}:${method}`, body);
    const responses = [json].flat() as { candidates: { logprobsResult?: Result }[] }[];
    const results = responses.flatMap(({ candidates }) => candidates[0]?.logprobsResult ?? []);
    const tokens = results.flatMap(({ chosenCandidates }) => chosenCandidates);
    expect(tokens.map(({ token, logProbability }) => [token, logProbability])).toEqual(chosen);
    expect(results.flatMap(({ topCandidates }) => topCandidates).map(({ candidates }) => candidates.length)).toEqual([
      2, 2, 2,
    ]);
  }
});

it("none unless asked for", async () => {
  const { text } = await post(upstream.url, "/v1/chat/completions", { model, messages });
  expect(text).toContain('"logprobs":null');
});

type Result = {
  chosenCandidates: { token: string; logProbability: number }[];
  topCandidates: { candidates: object[] }[];
};

/** Every token with two alternatives that stands somewhere in the values. */
function tokensIn(values: readonly unknown[]): [unknown, unknown][] {
  return values.flatMap((value): [unknown, unknown][] => {
    if (typeof value !== "object" || value === null) return [];
    if (!("top_logprobs" in value && "token" in value)) return tokensIn(Object.values(value));
    expect(value.top_logprobs).toHaveLength(2);
    return [[value.token, "logprob" in value ? value.logprob : undefined]];
  });
}
