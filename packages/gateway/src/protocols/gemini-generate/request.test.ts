import { noConstraints } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { gemini } from "../../providers/gemini.ts";
import { target as targetOf } from "../../testing/target.ts";
import { counting } from "./counting.ts";
import { decodeCall } from "./request.ts";
import { writeHiddenThought, writeSignature } from "./signatures.ts";

const route = (method = "generateContent", query = "") => ({
  captures: ["课程/m", method],
  query: new URLSearchParams(query),
  headers: {},
});
const decode = (body: string, method?: string, query?: string) => decodeCall(Buffer.from(body), route(method, query));
const target = (changes: object = {}) => targetOf({ provider: gemini, upstreamModel: "gemini-3-flash", ...changes });
const passed = (body: string, changes: object = {}) => decode(body).pass(target(changes)).body.toString();
const refusal = (body: string) => {
  try {
    decode(body).pass(target());
  } catch (error) {
    return error;
  }
  return null;
};

describe("decodeCall", () => {
  it("reads the model and the method from the address, limits from the body in either spelling (case 54)", () => {
    const call = decode(
      '{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":5,"candidateCount":2}}',
    );
    expect(call).toMatchObject({ model: "课程/m", isStream: false, outputLimit: 5, choices: 2 });
    const snake = decode('{"contents":"x","generation_config":{"max_output_tokens":5,"candidate_count":2}}');
    expect(snake).toMatchObject({ outputLimit: 5, choices: 2 });
    expect(decode('{"contents":"x","generationConfig":null}')).toMatchObject({ outputLimit: null, choices: 1 });
  });

  it.each([
    ["generateContent", "", false, "text/event-stream; charset=utf-8"],
    ["streamGenerateContent", "alt=sse", true, "text/event-stream; charset=utf-8"],
    ["streamGenerateContent", "", true, "application/json; charset=utf-8"],
    ["streamGenerateContent", "key=x&alt=json", true, "application/json; charset=utf-8"],
  ])("%s?%s streams: %s (case 53)", (method, query, isStream, streamContentType) => {
    expect(decode('{"contents":"x"}', method, query)).toMatchObject({ isStream, streamContentType });
  });

  it("counts images, addressed ones too", () => {
    const data = "A".repeat(100);
    const call = decode(
      `{"contents":[{"parts":[{"inlineData":{"data":"${data}"}},{"fileData":{"fileUri":"https://example.com/a.png"}}]}]}`,
    );
    // Behind an address may be more than a picture.
    expect(call.size.images).toBe(1 + 16);
  });

  it.each([
    ["no contents", "{}", "contents"],
    ["empty contents (case 4)", '{"contents":[ ]}', "contents"],
    [
      "two limits",
      '{"contents":"x","generationConfig":{"maxOutputTokens":1,"max_output_tokens":2}}',
      "generationConfig.maxOutputTokens",
    ],
    ["two configs", '{"contents":"x","generationConfig":{},"generation_config":{}}', "generationConfig"],
    [
      "a limit twice",
      '{"contents":"x","generationConfig":{"maxOutputTokens":1,"maxOutputTokens":2}}',
      "generationConfig.maxOutputTokens",
    ],
    ["a name in disguise", '{"contents":"x","generation\\u0043onfig":{}}', "generationConfig"],
    [
      "a limit of nothing",
      '{"contents":"x","generationConfig":{"maxOutputTokens":0}}',
      "generationConfig.maxOutputTokens",
    ],
    ["another model in the body", '{"contents":"x","model":"models/other"}', "model"],
    ["another tier", '{"contents":"x","serviceTier":"priority"}', "servicetier"],
    ["another route", '{"contents":"x","generationConfig":{"routingConfig":{}}}', "generationConfig.routingconfig"],
    [
      "a built-in tool (case 14)",
      '{"contents":"x","tools":[{"functionDeclarations":[]},{"google\\u0053earch":{}}]}',
      "tools[1].googleSearch",
    ],
  ])("refuses %s", (_, body, param) => {
    expect(refusal(body)).toMatchObject({ code: "invalid_request", parameters: { param } });
  });

  it.each([
    ['{"contents":"x","cachedContent":"cachedContents/1"}'],
    ['{"contents":"x","cached_content":"cachedContents/1"}'],
    ['{"contents":[{"parts":[{"fileData":{"fileUri":"https://generativelanguage.googleapis.com/v1beta/files/1"}}]}]}'],
    ['{"contents":[{"parts":[{"fileData":{"fileUri":"https://generativelanguage.googleapis.com./v1beta/files/1"}}]}]}'],
    ['{"contents":[{"parts":[{"fileData":{"fileUri":"https:generativelanguage.googleapis.com/v1beta/files/1"}}]}]}'],
    ['{"contents":[{"parts":[{"file_data":{"file_uri":"files/1"}}]}]}'],
    ['{"contents":[{"parts":[{"fileData":{"file\\u0055ri":"gs://b/1"}}]}]}'],
  ])("finds nothing stored under the channel's credential: %s", (body) => {
    expect(refusal(body)).toMatchObject({ code: "not_found", status: 404 });
  });
});

describe("pass", () => {
  it("leaves every byte as it was written (case 31)", () => {
    const body =
      '{ "contents" : [{"parts":[{"text":"caf\\u00e9 1\\/2"},{"fileData":{"fileUri":"https://example.com/a.png"}}]}],\n "generation_config":{"topK":1.0,"stop_token_ids":[1],"seed":12345678901234567890, "top_p":1e-7},"safetySettings":[] }';
    expect(passed(body)).toBe(body);
    expect(decode(body).pass(target())).toMatchObject({ path: "/models/gemini-3-flash:generateContent", headers: [] });
    expect(decode(body, "streamGenerateContent").pass(target()).path).toBe(
      "/models/gemini-3-flash:streamGenerateContent?alt=sse",
    );
  });

  it.each([
    ['{"contents":"x"}', '{"contents":"x","generationConfig":{"maxOutputTokens":3}}'],
    ['{"contents":"x","generationConfig":null}', '{"contents":"x","generationConfig":{"maxOutputTokens":3}}'],
    [
      '{"contents":"x","generationConfig":{"topK":1.0}}',
      '{"contents":"x","generationConfig":{"topK":1.0,"maxOutputTokens":3}}',
    ],
    [
      '{"contents":"x","generation_config":{"max_output_tokens":9}}',
      '{"contents":"x","generation_config":{"max_output_tokens":3}}',
    ],
    [
      '{"contents":"x","generationConfig":{"maxOutputTokens":2}}',
      '{"contents":"x","generationConfig":{"maxOutputTokens":2}}',
    ],
  ])("lowers the limit of %s", (body, expected) => expect(passed(body, { outputLimit: 3 })).toBe(expected));

  it("renames the model where the body names it too", () => {
    expect(passed('{"model":"models/课程/m","contents":"x"}')).toBe('{"model":"models/gemini-3-flash","contents":"x"}');
  });

  it("puts Google's stand-in where another vendor's model signed (case 24)", () => {
    const theirs = writeSignature({ protocol: "anthropic-messages", value: "x" });
    const hidden = writeHiddenThought({ type: "reasoning", text: "hm", signature: null });
    const body = (one: string, other: string, own: string) =>
      `{"contents":[{"role":"model","parts":[{"text":"a","thoughtSignature" : "${one}"},{"text":"${theirs}"},{"functionCall":{"name":"f"},"thought_signature":"${other}"},{"text":"","thoughtSignature":"${own}"}]}]}`;
    const encoded = decode(body(theirs, hidden, "EqQBCg==")).pass(target());
    const skip = "skip_thought_signature_validator";
    expect(encoded.body.toString()).toBe(body(skip, skip, "EqQBCg=="));
    expect(encoded.dropped).toEqual(["thoughtSignature"]);
  });

  it("signs calls for google.generativeai, which loses what Gemini 3 insists on (case 24)", () => {
    const body = (first: string) =>
      `{"contents":[{"role":"model","parts":[{"text":"a"},{"functionCall":{"name":"f","args":{"n":12345678901234567890}}${first}},{"functionCall":{"name":"g"}}]},{"role":"user","parts":[{"functionResponse":{"name":"f"}}]}],"safetySettings":[{"threshold": 3}]}`;
    const sent = (query: string, upstreamModel = "gemini-3-flash") =>
      decode(body(""), "generateContent", query).pass(target({ upstreamModel })).body.toString();
    expect(sent("$alt=json;enum-encoding%3Dint")).toBe(body(',"thoughtSignature":"skip_thought_signature_validator"'));
    expect(sent("$alt=json;enum-encoding%3Dint", "gemini-2.5-flash")).toBe(body(""));
    expect(sent("")).toBe(body(""));
    expect(decode('{"contents":"functionCall"}', "generateContent", "$alt=json").pass(target()).body.toString()).toBe(
      '{"contents":"functionCall"}',
    );
  });

  it("spells the parameters as constraints look for them, and values as the client did", () => {
    const constraints = { ...noConstraints, ranges: { top_p: { maximum: 0.9 } } };
    const body = '{"contents":"x","generation_config":{"top_p":1.0,"stop_token_ids":[1]}}';
    expect(passed(body, { constraints })).toBe('{"contents":"x","generationConfig":{"topP":1.0,"stopTokenIds":[1]}}');
  });
});

describe("counting (cases 33, 55)", () => {
  const question = (body: string) => counting.decodeQuestion(Buffer.from(body), route("countTokens"));

  it("passes contents, and a whole request under the upstream's name", () => {
    const plain = '{"contents":[{"parts":[{"text":"x"}]}] }';
    expect(question(plain).pass(target())).toMatchObject({
      path: "/models/gemini-3-flash:countTokens",
      body: Buffer.from(plain),
    });
    const whole =
      '{"generateContentRequest":{"model":"models/课程/m","contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"topK":1.0}}}';
    expect(question(whole).pass(target()).body.toString()).toBe(whole.replace("课程/m", "gemini-3-flash"));
    expect(question(whole).canonical().messages).toEqual(question(plain).canonical().messages);
    expect(question(whole).model).toBe("课程/m");
  });

  it("refuses what is neither, and both at once", () => {
    expect(() => question("{}")).toThrow(
      expect.objectContaining({ parameters: expect.objectContaining({ param: "contents" }) }),
    );
    expect(() => question('{"contents":"x","generateContentRequest":{"contents":"x"}}')).toThrow(
      expect.objectContaining({ code: "invalid_request" }),
    );
  });

  it("asks an upstream for texts and tools", () => {
    const notes = { drop: () => undefined, clamp: () => undefined };
    const { path, body } = counting.encodeQuestion(question('{"contents":"x"}').canonical(), target(), notes as never);
    expect(path).toBe("/models/gemini-3-flash:countTokens");
    expect(JSON.parse(body.toString())).toEqual({
      generateContentRequest: { contents: [{ role: "user", parts: [{ text: "x" }] }], model: "models/gemini-3-flash" },
    });
  });

  it.each([
    [{ totalTokens: 7 }, 7],
    [{ total: 7 }, null],
    [null, null],
  ])("reads %j", (value, tokens) => expect(counting.decodeAnswer(value)).toBe(tokens));
});
