import { AppError } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UpstreamCall } from "../canonical/call.ts";
import { occasion, target } from "../testing/target.ts";
import { embeddingFace } from "./embedding-call.ts";
import { openaiEmbeddings } from "./openai-embeddings.ts";
import { fromBase64, toBase64 } from "./vector-base64.ts";

const route = { captures: [], query: new URLSearchParams(), headers: {} };
const face = embeddingFace(openaiEmbeddings);
const decode = (body: unknown) =>
  openaiEmbeddings.decode(Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));
const prepared = (body: string, upstreamModel: string) =>
  face.decodeCall(Buffer.from(body), route).prepare(target({ upstreamModel }), occasion()) as UpstreamCall;

describe("embeddings of OpenAI", () => {
  it("pass a body byte for byte but for the model and the user (case 32)", () => {
    const body =
      '{ "input":["a", "\\u00e9"],"model":"公开","x_vendor":1.0,"encoding_format":"base64","dimensions":2,"user":"2023012345"}';
    const sent = prepared(body, "up").body.toString();
    expect(sent).toBe(body.replace('"公开"', '"up"').replace('"2023012345"', '"user_1"'));
  });

  it("give back the upstream's own bytes with the public name, and what it counted", () => {
    const reply = prepared('{"model":"公开","input":"a"}', "up").readReply(
      Buffer.from(
        '{"object":"list","data":[{"index":0,"embedding":[0.10,-1e-3]}],"model":"up","usage":{"prompt_tokens":3,"total_tokens":3}}',
      ),
    );
    expect(reply?.body.toString()).toContain('[0.10,-1e-3]}],"model":"公开"');
    expect(reply?.facts).toMatchObject({ usage: { input: 3, output: 0 }, rawUsage: { prompt_tokens: 3 } });
  });

  it("cost input only, and take token ids for as many tokens", () => {
    expect(face.decodeCall(Buffer.from('{"model":"m","input":"a b c"}'), route)).toMatchObject({
      outputLimit: 0,
      isStream: false,
    });
    expect(decode({ model: "m", input: [[1, 2], [3]] }).size).toEqual({ textTokens: 3, images: 0 });
    expect(decode({ model: "m", input: [1, 2, 3, 4] }).canonical().inputs).toEqual([[1, 2, 3, 4]]);
    expect(decode({ model: "m", input: ["x", "y"], foo: 1 }).canonical()).toMatchObject({
      inputs: ["x", "y"],
      unmapped: ["foo"],
    });
  });

  it("answer in the order of the inputs, in the encoding that was asked for", () => {
    const read = openaiEmbeddings.wire.decodeReply({
      data: [
        { index: 1, embedding: [2] },
        { index: 0, embedding: toBase64([1]) },
      ],
    });
    expect(read?.vectors).toEqual([[1], [2]]);
    const reply = { vectors: [[0.5, -2]], usage: null, rawUsage: null };
    const asked = (format: string) =>
      JSON.parse(decode({ model: "m", input: "a", encoding_format: format }).encodeReply(reply, 7).toString());
    expect(asked("float")).toMatchObject({ data: [{ embedding: [0.5, -2] }], usage: { prompt_tokens: 7 }, model: "m" });
    expect(fromBase64(asked("base64").data[0].embedding)).toEqual([0.5, -2]);
  });

  it("keep every 32-bit number through base64", () => {
    const vectors = fc.array(fc.float({ noNaN: true }));
    fc.assert(
      fc.property(vectors, (vector) => {
        expect(fromBase64(toBase64(vector))).toEqual(vector);
      }),
    );
  });

  it.each([
    ['{"input":"a"}', "model"],
    ['{"model":"m"}', "input"],
    ['{"model":"m","input":[]}', "input"],
    ['{"model":"m","input":["a",1]}', "input"],
    ['{"model":"m","model":"n","input":"a"}', "model"],
    ['{"model":"m","input":"a","encoding_format":"hex"}', "encoding_format"],
    ['{"model":"m","input":"a","dimensions":0}', "dimensions"],
  ])("refuse %s and name the field", (body, param) => {
    let thrown: unknown;
    try {
      decode(body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(AppError);
    expect((thrown as AppError).parameters.param).toMatch(new RegExp(`^${param}`));
  });

  it("see an answer that is none", () => {
    for (const value of [null, [], {}, { error: { message: "no" } }, { data: [{ embedding: "x", index: -1 }] }])
      expect(openaiEmbeddings.wire.decodeReply(value)).toBeNull();
  });
});
