import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CREDENTIAL } from "./testing/scene.ts";
import { createWorkerFixture, eventsOf, type WorkerFixture } from "./testing/worker-fixture.ts";

const YUAN = 1_000_000_000n;
let gateway: WorkerFixture;
let secret: string;
let accountId: string;

beforeAll(async () => {
  gateway = await createWorkerFixture();
  await gateway.group("default", { isOpen: true });
  await gateway.group("vip");
  const google = await gateway.channel("google", `${gateway.upstream.url}/v1beta`, { protocol: "gemini" });
  const rooted = await gateway.channel("by its root", gateway.upstream.url, { protocol: "gemini" });
  const openai = await gateway.channel("openai", gateway.upstreamUrl);
  await gateway.model("gemini", [google], { upstreamModel: "demo-echo" });
  await gateway.model("课程/gemini", [rooted], { upstreamModel: "demo-echo" });
  await gateway.model("qwen", [openai], { upstreamModel: "demo-echo" });
  await gateway.model("thinker", [openai], { upstreamModel: "demo-reasoning" });
  await gateway.model("cut", [google], { upstreamModel: "demo-error-mid-stream" });
  await gateway.model("hidden", [google], { upstreamModel: "demo-echo", groups: ["vip"] });
  ({ secret, accountId } = await gateway.person(1_000n * YUAN));
  await gateway.inForce();
});
afterAll(() => gateway.close());

const contents = [{ parts: [{ text: "你好，世界" }] }];
const ask = (
  path: string,
  body: unknown = { contents },
  headers: Record<string, string> = { "x-goog-api-key": secret },
) =>
  fetch(`${gateway.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const get = (path: string, headers: Record<string, string> = { "x-goog-api-key": secret }) =>
  fetch(`${gateway.url}${path}`, { headers });
type Chunk = {
  candidates: { content: { parts: { text?: string; thought?: boolean }[] }; finishReason?: string }[];
  modelVersion: string;
};
const textOf = (chunks: readonly Chunk[]) =>
  chunks.flatMap((chunk) => chunk.candidates[0]?.content.parts.map((part) => part.text ?? "") ?? []).join("");
const path = (model: string, method: string, version = "v1beta") => `/${version}/models/${model}:${method}`;

describe("clients of Gemini", () => {
  it.each([
    ["/v1beta/models/gemini:generateContent", "gemini"],
    ["/v1/models/gemini:generateContent", "gemini"],
    ["/v1beta/models/models/gemini%3AgenerateContent", "gemini"],
    [`/v1beta/models/${encodeURIComponent("课程/gemini")}:generateContent`, "课程/gemini"],
    [`/v1beta/models/${encodeURI("课程/gemini")}:generateContent`, "课程/gemini"],
    ["/v1/models/qwen:generateContent", "qwen"],
  ])("ask at %s, and hear the name they asked for (cases 53, 61)", async (address, model) => {
    const answer = await ask(address);
    expect(answer.status).toBe(200);
    const reply = (await answer.json()) as Chunk;
    expect(textOf([reply])).toContain("你好，世界");
    expect(reply).toMatchObject({
      modelVersion: model,
      candidates: [{ finishReason: "STOP" }],
      usageMetadata: { promptTokenCount: expect.any(Number) },
    });
    const [record] = (await gateway.records(accountId)).slice(-1);
    expect(record).toMatchObject({
      requested_model: model,
      upstream_model: "demo-echo",
      outcome: "finished",
      is_estimated: false,
    });
  });

  it.each(["bearer", "x-goog-api-key", "x-api-key", "query"])(
    "show their key as %s, and it goes no further (case 53)",
    async (way) => {
      const headers: Record<string, string> =
        way === "query"
          ? {}
          : { [way === "bearer" ? "authorization" : way]: way === "bearer" ? `Bearer ${secret}` : secret };
      const answer = await ask(
        `${path("gemini", "generateContent")}${way === "query" ? `?key=${secret}` : ""}`,
        { contents },
        headers,
      );
      expect(answer.status).toBe(200);
      const seen = gateway.upstream.requests().at(-1);
      expect(JSON.stringify([seen?.path, seen?.headers])).not.toContain(secret);
      expect(seen?.headers["x-goog-api-key"]).toBe(CREDENTIAL);
    },
  );

  it.each(["gemini", "qwen"])(
    "get one JSON array in pieces of %s without alt=sse, and events with it (case 53)",
    async (model) => {
      const array = await ask(
        path(model, "streamGenerateContent"),
        { contents },
        { authorization: `Bearer ${secret}` },
      );
      expect(array.headers.get("content-type")).toBe("application/json; charset=utf-8");
      const pieces: string[] = [];
      for await (const piece of array.body ?? []) pieces.push(Buffer.from(piece).toString());
      const chunks = JSON.parse(pieces.join("")) as Chunk[];
      expect(pieces[0]?.startsWith("[{")).toBe(true);
      expect(chunks.length).toBeGreaterThan(1);
      expect(textOf(chunks)).toContain("你好，世界");
      expect(gateway.upstream.requests().at(-1)?.path).toContain(
        model === "gemini" ? ":streamGenerateContent?alt=sse" : "/chat/completions",
      );
      const events = await ask(`${path(model, "streamGenerateContent")}?alt=sse`);
      expect(events.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
      const text = (await events.text()).replaceAll("\r\n", "\n");
      const streamed = eventsOf(text).map((each) => JSON.parse(each) as Chunk);
      expect(textOf(streamed)).toBe(textOf(chunks));
      expect(text).not.toContain("[DONE]");
      expect(streamed.every(({ modelVersion }) => modelVersion === model)).toBe(true);
    },
  );

  it("of google.generativeai see no thoughts, which they would take for the answer; others do", async () => {
    const thoughts = async (query: string) =>
      (
        (await (await ask(`${path("thinker", "generateContent")}${query}`)).json()) as Chunk
      ).candidates[0]?.content.parts.filter((part) => part.thought);
    expect(await thoughts("")).toHaveLength(1);
    expect(await thoughts("?$alt=json%3Benum-encoding%3Dint")).toEqual([]);
  });

  it("hear of a stream that breaks off within the array, which is closed (case 48)", async () => {
    const chunks = (await (await ask(path("cut", "streamGenerateContent"))).json()) as object[];
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.at(-1)).toMatchObject({ error: { code: 502, status: "UNAVAILABLE" } });
  });

  it.each([
    ["no key", path("gemini", "generateContent"), { contents }, {}, 401, "UNAUTHENTICATED"],
    ["an unknown model", path("nobody", "generateContent"), { contents }, undefined, 404, "NOT_FOUND"],
    ["a model of another group", path("hidden", "generateContent"), { contents }, undefined, 403, "PERMISSION_DENIED"],
    ["no contents", path("gemini", "streamGenerateContent"), {}, undefined, 400, "INVALID_ARGUMENT"],
    [
      "a built-in tool",
      path("qwen", "generateContent"),
      { contents, tools: [{ googleSearch: {} }] },
      undefined,
      400,
      "INVALID_ARGUMENT",
    ],
    [
      "cached contents",
      path("gemini", "generateContent"),
      { contents, cachedContent: "cachedContents/1" },
      undefined,
      404,
      "NOT_FOUND",
    ],
    [
      "a file of Google's",
      path("gemini", "generateContent"),
      { contents: [{ parts: [{ fileData: { fileUri: "files/1" } }] }] },
      undefined,
      404,
      "NOT_FOUND",
    ],
    [
      "a file of Google's elsewhere",
      path("qwen", "generateContent"),
      { contents: [{ parts: [{ fileData: { fileUri: "files/1" } }] }] },
      undefined,
      400,
      "INVALID_ARGUMENT",
    ],
    ["an address that is none", "/v1beta/nothing", { contents }, undefined, 404, "NOT_FOUND"],
  ])("are refused %s in their own shape", async (_, address, body, headers, code, status) => {
    const answer = await ask(address, body, headers as Record<string, string> | undefined);
    expect(answer.status).toBe(code);
    expect(await answer.json()).toMatchObject({
      error: {
        code,
        status,
        details: [{ "@type": expect.stringContaining("ErrorInfo") }, { "@type": expect.stringContaining("Help") }],
      },
    });
  });

  it("are told what an upstream has no word for (case 31)", async () => {
    const body = { contents, safetySettings: [], generationConfig: { stop_token_ids: [1], topK: 3 } };
    const across = await ask(path("qwen", "generateContent"), body);
    expect(across.status).toBe(200);
    expect(across.headers.get("x-gateway-dropped")?.split(", ")).toEqual(
      expect.arrayContaining(["safetySettings", "generationConfig.stop_token_ids"]),
    );
    const same = await ask(path("gemini", "generateContent"), { contents, safetySettings: [] });
    expect(same.headers.get("x-gateway-dropped")).toBeNull();
    expect(gateway.upstream.requests().at(-1)?.body.toString()).toBe(JSON.stringify({ contents, safetySettings: [] }));
  });
});

describe("lists of models (case 62)", () => {
  it.each([
    ["/v1beta/models", { authorization: "Bearer" }],
    ["/v1/models", { "x-goog-api-key": "" }],
    ["/v1/models?key=", {}],
  ])("have Gemini's shape at %s with %j, and hold only what the key may call", async (address, headers) => {
    const answer = await get(
      address.endsWith("=") ? `${address}${secret}` : address,
      "authorization" in headers
        ? { authorization: `Bearer ${secret}` }
        : "x-goog-api-key" in headers
          ? { "x-goog-api-key": secret }
          : {},
    );
    const { models } = (await answer.json()) as { models: { name: string }[] };
    expect(models.map(({ name }) => name)).toEqual([
      "models/cut",
      "models/gemini",
      "models/qwen",
      "models/thinker",
      "models/课程/gemini",
    ]);
    expect(models[0]).toMatchObject({
      supportedGenerationMethods: expect.arrayContaining(["generateContent", "countTokens"]),
    });
  });

  it.each([["/v1beta/models/gemini"], ["/v1/models/gemini"], ["/v1/models/models/gemini"]])(
    "tell of one model at %s",
    async (address) => {
      expect(await (await get(address)).json()).toMatchObject({ name: "models/gemini", displayName: "gemini" });
    },
  );

  it("say what is not there in the same words", async () => {
    const answer = await get("/v1/models/nobody");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: 404, status: "NOT_FOUND" } });
  });
});

describe("countTokens (cases 33, 55)", () => {
  it("asks the upstream's own counter, and costs nothing", async () => {
    const before = (await gateway.records(accountId)).length;
    const answer = await ask(path("gemini", "countTokens"));
    expect(await answer.json()).toEqual({ totalTokens: expect.any(Number) });
    expect(answer.headers.get("x-gateway-estimated")).toBeNull();
    expect(gateway.upstream.requests().at(-1)?.path).toBe("/v1beta/models/demo-echo:countTokens");
    const whole = await ask(path("gemini", "countTokens", "v1"), {
      generateContentRequest: { model: "models/gemini", contents },
    });
    expect(whole.status).toBe(200);
    expect((await gateway.records(accountId)).length).toBe(before);
  });

  it("estimates where the upstream has none, and says so", async () => {
    const answer = await ask(path("qwen", "countTokens"));
    expect(answer.headers.get("x-gateway-estimated")).toBe("input_tokens");
    expect(await answer.json()).toEqual({ totalTokens: expect.any(Number) });
  });
});
