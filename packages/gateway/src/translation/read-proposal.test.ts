import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openaiChat } from "../protocols/openai-chat/index.ts";
import { readProposal } from "./read-proposal.ts";

const gemini = {
  parameterPaths: { top_p: ["generationConfig", "topP"], max_tokens: ["generationConfig", "maxOutputTokens"] },
} as const;
const ollama = { parameterPaths: { top_p: ["options", "top_p"], top_k: ["options", "top_k"] } } as const;

/** A refusal whose error body says nothing but the message. */
const propose = (
  message: string,
  sent: object,
  protocol: Parameters<typeof readProposal>[1] = openaiChat,
  body: object = {},
) =>
  readProposal({ body: Buffer.from(JSON.stringify(body)), message, sent: Buffer.from(JSON.stringify(sent)) }, protocol);
const range = (parameter: string, minimum?: number, maximum?: number) => ({
  kind: "range",
  parameter,
  ...(minimum !== undefined && { minimum }),
  ...(maximum !== undefined && { maximum }),
});
const reject = (field: string) => ({ kind: "reject", field });

describe("the range that a refusal allows", () => {
  it.each([
    // OpenAI
    [
      "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
      { temperature: 3 },
      range("temperature", undefined, 2),
    ],
    ["3 is greater than the maximum of 2 - 'temperature'", { temperature: 3 }, range("temperature", undefined, 2)],
    ["-3 is less than the minimum of -2 - 'presence_penalty'", { presence_penalty: -3 }, range("presence_penalty", -2)],
    [
      "max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided 100000.",
      { max_tokens: 100000 },
      range("max_tokens", undefined, 16384),
    ],
    // Anthropic
    ["top_p: Input should be less than 1", { top_p: 1 }, range("top_p", undefined, 0.99)],
    ["temperature: Input should be less than or equal to 1", { temperature: 1.5 }, range("temperature", undefined, 1)],
    ["temperature: range: 0..1", { temperature: 1.5 }, range("temperature", 0, 1)],
    [
      "max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens for some-model",
      { max_tokens: 100000 },
      range("max_tokens", undefined, 8192),
    ],
    ["top_k: Input should be greater than or equal to 0", { top_k: -1 }, range("top_k", 0)],
    // vLLM
    ["top_p must be in (0, 1], got 1.5.", { top_p: 1.5 }, range("top_p", 0.01, 1)],
    ["top_p must be in (0, 1), got 1.0", { top_p: 1 }, range("top_p", 0.01, 0.99)],
    ["temperature must be non-negative, got -1.0.", { temperature: -1 }, range("temperature", 0)],
    ["top_k must be 0 (disable), or at least 1, got -2.", { top_k: -2 }, range("top_k", 1)],
    [
      "repetition_penalty must be greater than zero, got 0.0.",
      { repetition_penalty: 0 },
      range("repetition_penalty", 0.01),
    ],
    ["presence_penalty must be in [-2, 2], got 3.0.", { presence_penalty: 3 }, range("presence_penalty", -2, 2)],
    // DeepSeek, Qwen, GLM
    ["Invalid top_p value, the valid range of top_p is (0, 1.0]", { top_p: 0 }, range("top_p", 0.01, 1)],
    [
      "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]",
      { max_tokens: 9000 },
      range("max_tokens", 1, 8192),
    ],
    [
      "<400> InternalError.Algo.InvalidParameter: Range of top_p should be (0.0, 1.0)",
      { top_p: 1 },
      range("top_p", 0.01, 0.99),
    ],
    ["Temperature should be in [0.0, 2.0)", { temperature: 2 }, range("temperature", 0, 1.99)],
    ["top_p 参数非法。取值范围（0.0，1.0），不能等于 0 或 1", { top_p: 1 }, range("top_p", 0.01, 0.99)],
    ["参数 n 错误：'n' 不能大于 4", { n: 5 }, range("n", undefined, 4)],
    ["temperature 应大于 0", { temperature: 0 }, range("temperature", 0.01)],
    ["The value of temperature cannot be greater than 1.", { temperature: 1.3 }, range("temperature", undefined, 1)],
  ])("%s", (message, sent, expected) => {
    expect(propose(message, { model: "m", messages: [], ...sent })).toEqual(expected);
  });

  it("is found under the spelling and the place of another protocol", () => {
    const said =
      "Unable to submit request because it has a topP value of 1.5 but the supported range is from 0 (inclusive) to 1 (exclusive).";
    expect(propose(said, { contents: [], generationConfig: { topP: 1.5 } }, gemini)).toEqual(range("top_p", 0, 0.99));
    expect(
      propose("invalid maxOutputTokens: must be at most 8192", { generationConfig: { maxOutputTokens: 9000 } }, gemini),
    ).toEqual(range("max_tokens", undefined, 8192));
  });

  it("is found by the field that the error points at, whatever else its words name", () => {
    const openai = { error: { message: "", param: "top_p", code: "x" } };
    expect(
      propose("With temperature set the value must be < 1.", { temperature: 0.5, top_p: 1 }, openaiChat, openai),
    ).toEqual(range("top_p", undefined, 0.99));
    const fastapi = {
      detail: [{ type: "less_than_equal", loc: ["body", "top_p"], msg: "Input should be less than or equal to 1" }],
    };
    expect(propose("", { top_p: 2 }, openaiChat, fastapi)).toEqual(range("top_p", undefined, 1));
  });
});

describe("the field that a refusal does without", () => {
  it.each([
    ["Unrecognized request argument supplied: logit_bias", { logit_bias: {} }, reject("logit_bias")],
    [
      "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
      { temperature: 0.2 },
      reject("temperature"),
    ],
    ["Unsupported parameter: 'logprobs' is not supported with this model.", { logprobs: true }, reject("logprobs")],
    ["logit_bias: Extra inputs are not permitted", { logit_bias: {} }, reject("logit_bias")],
    ["`top_k` is deprecated for this model.", { top_k: 5 }, reject("top_k")],
    ["不支持参数 logit_bias", { logit_bias: {} }, reject("logit_bias")],
    ["property 'thinking_budget' is unsupported", { thinking_budget: 10 }, reject("thinking_budget")],
  ])("%s", (message, sent, expected) => {
    expect(propose(message, { model: "m", messages: [], ...sent })).toEqual(expected);
  });

  it("is named by its whole path", () => {
    const said = `Invalid JSON payload received. Unknown name "logitBias" at 'generation_config': Cannot find field.`;
    expect(propose(said, { generationConfig: { logitBias: 1 } }, gemini)).toEqual(reject("generationConfig.logitBias"));
    expect(propose("unknown option 'typical_p'", { options: { typical_p: 1 } }, ollama)).toEqual(
      reject("options.typical_p"),
    );
    expect(
      propose("", { extra_body: { a: 1 } }, openaiChat, {
        detail: [{ type: "extra_forbidden", loc: ["body", "extra_body", "a"], msg: "Extra inputs are not permitted" }],
      }),
    ).toEqual(reject("extra_body.a"));
  });
});

describe("nothing is proposed", () => {
  it.each([
    ["for what the request did not have", "top_p must be in (0, 1], got 1.5.", {}],
    ["for a value that the range allows: it was something else", "top_p must be in (0, 1]", { top_p: 0.5 }],
    [
      "where the client wrote another type",
      "Invalid type for 'temperature': expected a decimal, but got a string instead.",
      { temperature: "hot" },
    ],
    ["where the client wrote another type, in other words", "'top_p' must be Float", { top_p: "1" }],
    [
      "for a request that is too long",
      "This model's maximum context length is 4096 tokens. Please reduce the length of the messages.",
      { top_p: 1 },
    ],
    ["for what a call can't be without", "Unsupported parameter: 'messages'", {}],
    ["for tools, whose loss changes the answer", '"tools" is not supported by this model', { tools: [] }],
    ["for a word that is also a name", "The user has no access; this is not supported", { user: "u", n: 1 }],
    ["where nothing is named", "Bad request", { top_p: 1 }],
    ["for a field named without a reason to leave it out", "seed: invalid value", { seed: 1 }],
  ])("%s", (_, message, sent) => {
    expect(propose(message, { model: "m", messages: [], ...sent })).toBeNull();
  });

  it("whatever bytes and words come, without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ unit: "grapheme" }), fc.jsonValue(), (bytes, message, value) => {
        const sent = Buffer.from(JSON.stringify({ model: "m", top_p: value }));
        readProposal({ body: Buffer.from(bytes), message, sent }, openaiChat);
        readProposal({ body: sent, message, sent: Buffer.from(bytes) }, openaiChat);
      }),
    );
  });
});
