import { embeddingOf } from "@lyceum/demo-upstream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerFixture, type WorkerFixture } from "../testing/worker-fixture.ts";
import { openChannels } from "./pairs.ts";

const MODEL = "demo-echo";
/** Nanos for a token of input, by the price of the fixture's models. */
const NANOS_A_TOKEN = 2_000n;
const texts = ["一", "two", "три", "two", "🙂"];
const DIMENSIONS = 8;
const upstreams = ["openai-chat", "openai-responses", "gemini-generate", "ollama-chat"] as const;
type UpstreamId = (typeof upstreams)[number];

let gateway: WorkerFixture;
beforeAll(async () => {
  gateway = await createWorkerFixture();
  await openChannels(gateway, [MODEL]);
  await gateway.inForce();
});
afterAll(() => gateway.close());

type Asked = { readonly path: string; readonly body: object };
type Answer = { readonly vectors: number[][]; readonly tokens: number | null };
type EmbeddingFace = {
  readonly name: string;
  readonly key: (secret: string) => Record<string, string>;
  request(model: string, inputs: readonly string[], dimensions: number | null): Asked;
  read(body: Json): Answer;
};
type Json = {
  readonly object: string;
  readonly model: string;
  readonly data: readonly { readonly object: string; readonly index: number; readonly embedding: number[] & string }[];
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number };
  readonly embedding: number[] & { readonly values: number[] };
  readonly embeddings: (number[] & { readonly values: number[] })[];
  readonly usageMetadata?: { readonly promptTokenCount: number };
  readonly prompt_eval_count: number;
};

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const google = (secret: string) => ({ "x-goog-api-key": secret });
const length = (name: string, dimensions: number | null) => (dimensions === null ? {} : { [name]: dimensions });

const openai = (encoding_format?: "float" | "base64"): EmbeddingFace => ({
  name: `OpenAI, ${encoding_format ?? "no encoding named"}`,
  key: bearer,
  request: (model, inputs, dimensions) => ({
    path: "/v1/embeddings",
    body: {
      model,
      input: inputs.length === 1 ? inputs[0] : inputs,
      ...(encoding_format && { encoding_format }),
      ...length("dimensions", dimensions),
    },
  }),
  read({ object, data, usage }) {
    expect(object).toBe("list");
    expect(data.map(({ index }) => index)).toEqual(data.map((_, index) => index));
    expect(data.every((each) => each.object === "embedding")).toBe(true);
    expect(usage.total_tokens).toBe(usage.prompt_tokens);
    const vectors = data.map(({ embedding }) => {
      expect(typeof embedding === "string").toBe(encoding_format === "base64");
      return typeof embedding === "string" ? floats(embedding) : embedding;
    });
    return { vectors, tokens: usage.prompt_tokens };
  },
});

/** As OpenAI's libraries read it: 32-bit floats, least significant byte first. */
function floats(base64: string): number[] {
  const bytes = Buffer.from(base64, "base64");
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

const batches: readonly EmbeddingFace[] = [
  openai(),
  openai("float"),
  openai("base64"),
  {
    name: "Gemini, a batch",
    key: google,
    request: (model, inputs, dimensions) => ({
      path: `/v1beta/models/${model}:batchEmbedContents`,
      body: {
        requests: inputs.map((text) => ({
          model: `models/${model}`,
          content: { parts: [{ text }] },
          ...length("outputDimensionality", dimensions),
        })),
      },
    }),
    read: ({ embeddings, usageMetadata }) => ({
      vectors: embeddings.map(({ values }) => values),
      tokens: usageMetadata?.promptTokenCount ?? null,
    }),
  },
  {
    name: "Ollama",
    key: bearer,
    request: (model, input, dimensions) => ({
      path: "/api/embed",
      body: { model, input, ...length("dimensions", dimensions) },
    }),
    read: ({ embeddings, prompt_eval_count }) => ({ vectors: embeddings, tokens: prompt_eval_count }),
  },
];

const singles: readonly EmbeddingFace[] = [
  openai(),
  {
    name: "Gemini, one content",
    key: google,
    request: (model, [text], dimensions) => ({
      path: `/v1/models/${model}:embedContent`,
      body: { content: { parts: [{ text }] }, ...length("output_dimensionality", dimensions) },
    }),
    read: ({ embedding, usageMetadata }) => ({
      vectors: [embedding.values],
      tokens: usageMetadata?.promptTokenCount ?? null,
    }),
  },
  {
    name: "Ollama's older endpoint",
    key: bearer,
    request: (model, [prompt]) => ({ path: "/api/embeddings", body: { model, prompt } }),
    read: ({ embedding }) => ({ vectors: [embedding], tokens: null }),
  },
];

const post = (asked: Asked, headers: Record<string, string>) =>
  fetch(`${gateway.url}${asked.path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(asked.body),
  });

/** Asks as a new person, and looks at what was charged. */
async function ask(face: EmbeddingFace, upstream: UpstreamId, inputs: readonly string[], dimensions: number | null) {
  const amount = 1_000_000_000n;
  const { secret, accountId } = await gateway.person(amount);
  const answer = await post(face.request(`${upstream}.${MODEL}`, inputs, dimensions), face.key(secret));
  const body = (await answer.json()) as Json;
  expect([answer.status, body]).toEqual([200, expect.anything()]);
  const records = await gateway.records(accountId);
  expect(records).toHaveLength(1);
  const [record] = records;
  expect(record).toMatchObject({ outcome: "finished", output_tokens: 0, upstream_model: MODEL, is_stream: false });
  expect(record?.input_tokens).toBeGreaterThan(0);
  // Google tells no usage of vectors: then it is our estimate, and says so.
  expect(record?.is_estimated).toBe(
    upstream === "gemini-generate" || (face.name.includes("older") && upstream === "ollama-chat"),
  );
  const charge = BigInt(record?.input_tokens ?? 0) * NANOS_A_TOKEN;
  expect(BigInt(record?.charge_nanos ?? 0)).toBe(charge);
  expect(await gateway.account(accountId)).toEqual({ balance: amount - charge, reserved: 0n });
  return { ...face.read(body), record, answer };
}

describe.each(upstreams)("embeddings of %s upstreams (cases 32, 55)", (upstream) => {
  it.each(batches)("come back each with its text, in the shape of their client: $name", async (face) => {
    const { vectors, tokens, record } = await ask(face, upstream, texts, null);
    expect(vectors).toEqual(texts.map((text) => embeddingOf(text)));
    if (tokens !== null) expect(tokens).toBe(record?.input_tokens);
  });

  it.each(batches)("have as many numbers as their client wants: $name", async (face) => {
    const { vectors } = await ask(face, upstream, ["a", "b"], DIMENSIONS);
    expect(vectors).toEqual(["a", "b"].map((text) => embeddingOf(text, DIMENSIONS)));
  });

  it.each(singles)("of a single text: $name", async (face) => {
    const { vectors } = await ask(face, upstream, ["一 text"], null);
    expect(vectors).toEqual([embeddingOf("一 text")]);
  });

  it("of tokens are those of the tokens, or refused where upstreams take texts only", async () => {
    const { secret } = await gateway.person(1_000_000_000n);
    const lists = [
      [1, 2, 3],
      [[4, 5], [6]],
    ];
    for (const input of lists) {
      const asked = { path: "/v1/embeddings", body: { model: `${upstream}.${MODEL}`, input } };
      const answer = await post(asked, bearer(secret));
      const body = (await answer.json()) as Json & { error?: { param: string; message: string } };
      if (upstream === "gemini-generate" || upstream === "ollama-chat") {
        expect([answer.status, body.error]).toMatchObject([400, { param: "input" }]);
        expect(body.error?.message).toContain("not token ids");
      } else {
        const inputs = Array.isArray(input[0]) ? (input as number[][]) : [input as number[]];
        expect(body.data.map(({ embedding }) => embedding)).toEqual(inputs.map((each) => embeddingOf(each)));
      }
    }
  });

  it("name what the upstream doesn't get to see, and never a person", async () => {
    const { secret } = await gateway.person(1_000_000_000n);
    const model = `${upstream}.${MODEL}`;
    const user = "2023012345";
    const answer = await post({ path: "/v1/embeddings", body: { model, input: "x", user, foo: 1 } }, bearer(secret));
    expect(answer.status).toBe(200);
    const isSame = upstream === "openai-chat" || upstream === "openai-responses";
    expect(answer.headers.get("x-gateway-dropped")).toBe(isSame ? null : "foo, user");
    expect(gateway.upstream.requests().at(-1)?.body.toString()).not.toContain(user);
    const content = { parts: [{ text: "x" }] };
    const body = { requests: [{ content }, { content, taskType: "RETRIEVAL_DOCUMENT", title: "t" }] };
    const batch = await post(
      {
        path: `/v1beta/models/${model}:batchEmbedContents`,
        body: { requests: body.requests.map((each) => ({ model: `models/${model}`, ...each })) },
      },
      google(secret),
    );
    expect(batch.status).toBe(200);
    expect(batch.headers.get("x-gateway-dropped")).toBe(upstream === "gemini-generate" ? null : "taskType, title");
  });
});

describe("embeddings that can't be had", () => {
  it.each([...batches, ...singles])("are refused with the reason, free of charge: $name", async (face) => {
    const { secret, accountId } = await gateway.person(1_000_000_000n);
    const received = gateway.upstream.requests().length;
    const answer = await post(face.request(`anthropic-messages.${MODEL}`, ["x"], null), face.key(secret));
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("makes no embeddings")]);
    expect(gateway.upstream.requests()).toHaveLength(received);
    expect(await gateway.account(accountId)).toEqual({ balance: 1_000_000_000n, reserved: 0n });
  });

  it("are refused where one batch wants several lengths, but for Gemini itself", async () => {
    const { secret } = await gateway.person(1_000_000_000n);
    const content = { parts: [{ text: "x" }] };
    for (const upstream of upstreams) {
      const model = `${upstream}.${MODEL}`;
      const requests = [4, 8].map((outputDimensionality) => ({
        model: `models/${model}`,
        content,
        outputDimensionality,
      }));
      const answer = await post(
        { path: `/v1beta/models/${model}:batchEmbedContents`, body: { requests } },
        google(secret),
      );
      expect(answer.status).toBe(upstream === "gemini-generate" ? 200 : 400);
      const said = await answer.text();
      if (answer.status === 400) expect(said).toContain("outputDimensionality");
    }
  });

  it("leave the books right", async () => {
    expect(await gateway.differences()).toEqual([]);
  });
});
