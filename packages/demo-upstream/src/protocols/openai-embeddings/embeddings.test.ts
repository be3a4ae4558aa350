import { afterAll, beforeAll, expect, it } from "vitest";
import { embeddingOf, usualDimensions } from "../../scripts/embedding.ts";
import { type DemoUpstream, startDemoUpstream } from "../../server.ts";
import { post } from "../../testing/post.ts";

let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream();
});
afterAll(() => upstream.close());

type Embeddings = { data: { index: number; embedding: number[] | string }[]; usage: object };

const ask = (body: object, model = "demo-text") => post(upstream.url, "/v1/embeddings", { model, ...body });
const vectors = async (body: object) => ((await ask(body)).json as Embeddings).data.map(({ embedding }) => embedding);

it("gives one vector an input, in order, that tells the input (case 32)", async () => {
  const reply = await ask({ input: ["a", "量子"] });
  expect(reply.json).toMatchObject({
    object: "list",
    model: "demo-text",
    data: [{ object: "embedding", index: 0 }, { index: 1 }],
    usage: { prompt_tokens: 3, total_tokens: 3 },
  });
  expect(await vectors({ input: ["a", "量子"] })).toEqual([embeddingOf("a"), embeddingOf("量子")]);
  expect(embeddingOf("a")).not.toEqual(embeddingOf("b"));
  expect(await vectors({ input: "a" })).toEqual([embeddingOf("a")]);
});

it("takes token ids, one list or several", async () => {
  expect(await vectors({ input: [1, 2] })).toEqual([embeddingOf([1, 2])]);
  expect(await vectors({ input: [[1, 2], [3]] })).toEqual([embeddingOf([1, 2]), embeddingOf([3])]);
});

it("has the length asked for, and 1 as its norm", async () => {
  for (const dimensions of [1, 8, 100]) {
    const [vector] = await vectors({ input: "a", dimensions });
    expect(vector).toHaveLength(dimensions);
    expect(Math.hypot(...(vector as number[]))).toBeCloseTo(1, 5);
  }
});

it("is the same in base64, bit by bit", async () => {
  const [encoded] = await vectors({ input: "a", encoding_format: "base64" });
  const bytes = Buffer.from(encoded as string, "base64");
  expect(Array.from({ length: usualDimensions }, (_, index) => bytes.readFloatLE(index * 4))).toEqual(embeddingOf("a"));
});

it.each<[string, object]>([
  ["no input", {}],
  ["an empty text", { input: "" }],
  ["an empty list", { input: [] }],
  ["a list with an empty text", { input: ["a", ""] }],
  ["an unknown format", { input: "a", encoding_format: "int8" }],
])("refuses %s", async (_what, body) => {
  expect(await ask(body)).toMatchObject({ status: 400, json: { error: { type: "invalid_request_error" } } });
});

it("fails as the model's script says", async () => {
  expect((await ask({ input: "a" }, "demo-429")).status).toBe(429);
  expect((await ask({ input: "a" }, "demo-wrong-json")).json).toBeUndefined();
  expect((await ask({ input: "a" }, "nothing")).status).toBe(404);
});
