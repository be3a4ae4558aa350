import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DemoUpstream, startDemoUpstream } from "../../server.ts";
import { post } from "../../testing/post.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

const user = (...parts: object[]) => ({ role: "user", parts });
const model = (...parts: object[]) => ({ role: "model", parts });
const hello = user({ text: "hello" });
const declare = (parameters: object, name = "f") => ({ tools: [{ functionDeclarations: [{ name, parameters }] }] });
const object = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });
const tools = [{ functionDeclarations: [{ name: "f" }, { name: "g" }] }];
const call = (name: string, more: object = {}) => ({ functionCall: { name, args: {} }, ...more });
const answer = (name: string) => ({ functionResponse: { name, response: { output: "x" } } });
const skip = { thoughtSignature: "skip_thought_signature_validator" };

const ask = (body: object) =>
  post(upstream.url, "/v1beta/models/demo-text:generateContent", { contents: [hello], ...body });

describe("what Google refuses", () => {
  it.each<[string, object, string]>([
    ["no contents (case 4)", { contents: [] }, "contents is not specified"],
    ["an unknown field", { messages: [] }, "messages"],
    ["an unknown field of the configuration", { generationConfig: { stop: "x" } }, "generationConfig.stop"],
    ["a role of OpenAI's", { contents: [{ role: "assistant", parts: [{ text: "x" }] }] }, "valid role"],
    ["system as a string", { systemInstruction: "x" }, "systemInstruction"],
    ["a part without data", { contents: [user({})] }, "required oneof field 'data'"],
    ["no parts", { contents: [user()] }, "must not be empty"],
    [
      "image/* (case 25)",
      { contents: [user({ inlineData: { mimeType: "image/*", data: "AAAA" } })] },
      "Unsupported MIME type",
    ],
    [
      "a data: prefix",
      { contents: [user({ inlineData: { mimeType: "image/png", data: "data:image/png;base64,AAAA" } })] },
      "Base64",
    ],
    ["six stop sequences (case 17)", { generationConfig: { stopSequences: [..."abcdef"] } }, "stopSequences"],
    ["temperature over 2", { generationConfig: { temperature: 2.5 } }, "temperature"],
    [
      "budget and level (case 20)",
      { generationConfig: { thinkingConfig: { thinkingBudget: 1, thinkingLevel: "LOW" } } },
      "only one",
    ],
    ["a schema without the type", { generationConfig: { responseSchema: { type: "STRING" } } }, "response mime type"],
    [
      "a choice without functions",
      { toolConfig: { functionCallingConfig: { mode: "ANY" } } },
      "without function_declarations",
    ],
    [
      "names in mode AUTO (case 12)",
      { tools, toolConfig: { functionCallingConfig: { mode: "AUTO", allowedFunctionNames: ["f"] } } },
      "mode is ANY",
    ],
    [
      "a name of 65 characters (case 13)",
      declare(object({ a: { type: "string" } }), "a".repeat(65)),
      "functionDeclarations.0.name",
    ],
    [
      "a name that begins with a digit",
      declare(object({ a: { type: "string" } }), "1a"),
      "functionDeclarations.0.name",
    ],
    [
      "arguments as a string",
      { tools, contents: [hello, model({ functionCall: { name: "f", args: "{}" } }), user(answer("f"))] },
      "args",
    ],
    [
      "a response as a string",
      { tools, contents: [hello, model(call("f", skip)), user({ functionResponse: { name: "f", response: "x" } })] },
      "response",
    ],
    ["a response without its call", { contents: [user(answer("f"))] }, "immediately after a function call turn"],
    [
      "a call without its response",
      { contents: [hello, model(call("f", skip)), hello] },
      "number of function response parts",
    ],
    [
      "two calls, one response",
      { contents: [hello, model(call("f", skip), call("g")), user(answer("f"))] },
      "number of function response parts",
    ],
    [
      "responses in another order (case 6)",
      { contents: [hello, model(call("f", skip), call("g")), user(answer("g"), answer("f"))] },
      "answers the call of f",
    ],
    [
      "a call without signature (case 24)",
      { contents: [hello, model(call("f")), user(answer("f"))] },
      "thought_signature",
    ],
    [
      "a foreign signature",
      { contents: [hello, model(call("f", { thoughtSignature: "YWJj" })), user(answer("f"))] },
      "Corrupted",
    ],
  ])("%s", async (_what, body, message) => {
    const reply = await ask(body);
    expect(reply).toMatchObject({ status: 400, json: { error: { code: 400, status: "INVALID_ARGUMENT" } } });
    expect((reply.json as { error: { message: string } }).error.message).toContain(message);
  });

  it.each<[string, object]>([
    ["$defs", object({ a: { type: "string" } }, { $defs: {} })],
    ["$ref", object({ a: { $ref: "#/$defs/x" } })],
    ["additionalProperties", object({ a: { type: "string" } }, { additionalProperties: false })],
    ["$schema", object({ a: { type: "string" } }, { $schema: "x" })],
    ["const", object({ a: { type: "string", const: "x" } })],
    ["allOf", object({ a: { allOf: [] } })],
    ["a list of types", object({ a: { type: ["string", "null"] } })],
    ["an enum of numbers", object({ a: { type: "integer", enum: [1, 2] } })],
    ["an array of nothing", object({ a: { type: "array" } })],
    ["an object without properties", object({})],
    ["a required stranger", object({ a: { type: "string" } }, { required: ["b"] })],
    ["exclusiveMinimum", object({ a: { type: "integer", exclusiveMinimum: 0 } })],
  ])("%s in a schema (case 15)", async (_what, parameters) => {
    expect((await ask(declare(parameters))).status).toBe(400);
  });

  it("but takes all of them as parametersJsonSchema, and a property of such a name", async () => {
    const parametersJsonSchema = object(
      { a: { $ref: "#/$defs/x" } },
      { $defs: { x: {} }, additionalProperties: false },
    );
    expect((await ask({ tools: [{ functionDeclarations: [{ name: "f", parametersJsonSchema }] }] })).status).toBe(200);
    expect((await ask(declare(object({ const: { type: "string" } })))).status).toBe(200);
  });
});

describe("signatures (case 24)", () => {
  const history = (...parts: object[]) => ({
    contents: [hello, model(...parts), user(...parts.map(() => answer("f")))],
  });

  it("of its own are taken back, an altered one is not, a moved one is not", async () => {
    const reply = await post(upstream.url, "/v1beta/models/demo-tools:generateContent", { contents: [hello], tools });
    const { candidates } = reply.json as { candidates: { content: { parts: { thoughtSignature: string }[] } }[] };
    const thoughtSignature = candidates[0]?.content.parts[0]?.thoughtSignature ?? "";
    expect((await ask(history(call("f", { thoughtSignature })))).status).toBe(200);
    const altered = thoughtSignature.replace(/^./, (first) => (first === "A" ? "B" : "A"));
    expect((await ask(history(call("f", { thoughtSignature: altered })))).status).toBe(400);
    const moved = { contents: [hello, model(call("g", { thoughtSignature })), user(answer("g"))] };
    expect((await ask(moved)).status).toBe(400);
  });

  it("may be the documented skip value, and only the first of a group needs one", async () => {
    expect((await ask(history(call("f", skip), call("f")))).status).toBe(200);
    expect((await ask(history(call("f"), call("f", skip)))).status).toBe(400);
  });

  it("are not asked for in turns that are over", async () => {
    const contents = [hello, model(call("f")), user(answer("f")), model({ text: "so" }), user({ text: "and?" })];
    expect((await ask({ contents })).status).toBe(200);
  });
});
