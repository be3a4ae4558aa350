import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { detectChannel } from "./detect-channel.ts";
import { guessProvider } from "./guess-provider.ts";
import { modelLists } from "./model-lists.ts";
import { testChannel } from "./test-channel.ts";

const openai = (id: string, owner = "somebody") => ({
  object: "list",
  data: [{ id, object: "model", owned_by: owner }],
});
const anthropic = {
  data: [{ type: "model", id: "claude-x", display_name: "X" }],
  has_more: false,
  first_id: null,
  last_id: null,
};
const gemini = { models: [{ name: "models/gemini-x", supportedGenerationMethods: ["generateContent"] }] };
const ollama = { models: [{ name: "qwen3:8b", model: "qwen3:8b", digest: "ab12", details: {} }] };

type Answer = { status?: number; body: unknown } | null;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A server that answers by path and headers; null: 404. Gives its address, and the paths that were asked for. */
async function serve(answer: (path: string, headers: IncomingHttpHeaders) => Answer) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? "").replace(/\?.*/, "");
    asked.push(path);
    const { status = 200, body } = answer(path, request.headers) ?? { status: 404, body: { error: { message: "no" } } };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  servers.push(server);
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
  );
  return { url: `http://127.0.0.1:${port}`, asked };
}

const detect = (baseUrl: string, credential: string | null = null) =>
  detectChannel({ baseUrl, credential, allowPrivate: true });

describe("a server is recognised by its list of models", () => {
  it("of OpenAI's shape, whichever part of the address was typed", async () => {
    const { url } = await serve((path) => (path === "/v1/models" ? { body: openai("m") } : null));
    for (const typed of ["", "/", "/v1", "/v1/", "/v1/chat/completions", "/v1/models", "/api", "/v1beta"]) {
      const { chosen, others } = await detect(url + typed);
      expect(chosen, typed).toEqual({
        provider: "openai",
        baseUrl: `${url}/v1`,
        models: ["m"],
        path: "/v1/models",
        sign: { kind: "list" },
      });
      expect(others).toEqual([]);
    }
  });

  it("of OpenAI's shape at an address of the vendor's own", async () => {
    const { url } = await serve((path) => (path === "/api/paas/v4/models" ? { body: openai("glm") } : null));
    expect((await detect(`${url}/api/paas/v4`)).chosen).toMatchObject({
      provider: "openai",
      baseUrl: `${url}/api/paas/v4`,
    });
  });

  it.each([
    ["vllm", openai("Qwen/Qwen3", "vllm"), { kind: "owner", value: "vllm" }],
    ["llamacpp", openai("tiny.gguf", "llamacpp"), { kind: "owner", value: "llamacpp" }],
    ["minicpm", openai("openbmb/MiniCPM-V-4_6", "vllm"), { kind: "models", value: "openbmb/MiniCPM-V-4_6" }],
    ["deepseek", openai("deepseek-chat", "deepseek"), { kind: "owner", value: "deepseek" }],
  ])("as %s by what it says of its models", async (provider, list, sign) => {
    const { url } = await serve((path) => (path === "/v1/models" ? { body: list } : null));
    expect((await detect(url)).chosen).toMatchObject({ provider, sign, baseUrl: `${url}/v1` });
  });

  it("of Anthropic's shape, with a key that only its own header carries", async () => {
    const { url } = await serve((path, headers) => {
      if (headers["x-api-key"] !== "sk-ant")
        return { status: 401, body: { type: "error", error: { message: "no key" } } };
      return path === "/v1/models" && headers["anthropic-version"] !== undefined ? { body: anthropic } : null;
    });
    for (const typed of ["", "/v1", "/v1/messages"]) {
      expect((await detect(url + typed, "sk-ant")).chosen, typed).toMatchObject({
        provider: "anthropic",
        models: ["claude-x"],
        path: "/v1/models",
      });
    }
  });

  it("of several shapes, by its own where it is a vendor's, by OpenAI's where it is a gateway", async () => {
    const lists = (own: Record<string, unknown>) => (path: string, headers: IncomingHttpHeaders) => {
      const isAnthropic = headers["anthropic-version"] !== undefined && own["/anthropic"] !== undefined;
      if (path === "/v1/models") return { body: isAnthropic ? anthropic : openai("m", "library") };
      return own[path] === undefined ? null : { body: own[path] };
    };
    const server = await serve(lists({ "/api/tags": ollama }));
    const detected = await detect(server.url);
    expect(detected.chosen).toMatchObject({ provider: "ollama", baseUrl: `${server.url}/api`, models: ["qwen3:8b"] });
    expect(detected.others).toMatchObject([{ provider: "openai", baseUrl: `${server.url}/v1` }]);
    expect((await detect(`${server.url}/v1`)).chosen.provider).toBe("openai");
    const gateway = await serve(lists({ "/api/tags": ollama, "/v1beta/models": gemini, "/anthropic": anthropic }));
    const asked = async (path: string) => (await detect(gateway.url + path)).chosen.provider;
    expect([await asked(""), await asked("/v1"), await asked("/api"), await asked("/v1beta")]).toEqual([
      "openai",
      "openai",
      "ollama",
      "gemini",
    ]);
    const two = await serve(lists({ "/anthropic": anthropic }));
    expect((await detect(two.url)).chosen.provider).toBe("openai");
  });

  it("whose key was refused, or that is no model server, with the reason", async () => {
    const refusing = await serve(() => ({ status: 401, body: { error: { message: "no" } } }));
    await expect(detect(refusing.url, "wrong")).rejects.toMatchObject({ code: "channel_credential_refused" });
    const other = await serve((path) => (path === "/v1/models" ? { body: { users: [] } } : null));
    await expect(detect(other.url)).rejects.toMatchObject({ code: "channel_not_llm" });
    await expect(detect("http://127.0.0.1:9")).rejects.toMatchObject({ code: "channel_unreachable" });
  });

  it("only where the address may be dialled", async () => {
    const { url, asked } = await serve(() => ({ body: openai("m") }));
    const input = { baseUrl: url, credential: null, allowPrivate: false };
    await expect(detectChannel(input)).rejects.toMatchObject({ code: "channel_address_refused" });
    const named = { ...input, baseUrl: url.replace("127.0.0.1", "localhost") };
    await expect(detectChannel(named)).rejects.toMatchObject({ code: "channel_address_refused" });
    expect(asked).toEqual([]);
  });
});

describe("lists of models", () => {
  it("are told apart by their shape, whatever else is in them", () => {
    const lists = { openai: openai("m"), anthropic, gemini, ollama };
    const read = (list: unknown) =>
      Object.entries(modelLists).flatMap(([id, { read }]) => (read(list) === null ? [] : id));
    expect(read(lists.openai)).toEqual(["openai-chat", "openai-responses"]);
    expect(read(lists.anthropic)).toEqual(["anthropic-messages"]);
    expect(read(lists.gemini)).toEqual(["gemini-generate"]);
    expect(read(lists.ollama)).toEqual(["ollama-chat"]);
    for (const no of [null, [], {}, { data: {} }, { models: [{ name: "x", digest: "" }] }, "text"])
      expect(read(no)).toEqual([]);
    expect(modelLists["gemini-generate"].read(gemini)).toEqual([{ name: "gemini-x", owner: null }]);
  });

  it("stand for a vendor by its host", () => {
    expect(guessProvider("api.deepseek.com", []).provider).toBe("deepseek");
    expect(guessProvider("dashscope.aliyuncs.com", []).provider).toBe("qwen");
    expect(guessProvider("dashscope-intl.aliyuncs.com", []).provider).toBe("qwen");
    expect(guessProvider("notdeepseek.com", [])).toEqual({ provider: "openai", sign: { kind: "list" } });
  });
});

it("a channel of Anthropic's protocol is tried by OpenAI's list, too: llama.cpp speaks both and has that one", async () => {
  const list = { models: [{ name: "tiny", digest: "" }], ...openai("tiny", "llamacpp") };
  const { url } = await serve((path) => (path === "/v1/models" ? { body: list } : null));
  const test = { baseUrl: `${url}/v1`, credential: null, allowPrivate: true };
  expect(await testChannel({ ...test, protocol: "anthropic" })).toMatchObject({ ok: true, models: ["tiny"] });
  expect((await detect(`${url}/v1`)).others).toEqual([]);
  const { url: other } = await serve(() => ({ body: { models: [] } }));
  await expect(testChannel({ ...test, baseUrl: other, protocol: "anthropic" })).rejects.toMatchObject({
    code: "channel_not_llm",
  });
});
