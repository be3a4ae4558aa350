import { type DemoUpstream, startDemoUpstream } from "@lyceum/demo-upstream";
import { type ChannelTest, DETECT, testChannel } from "@lyceum/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const CREDENTIAL = "sk-upstream-credential-0123456789";
let upstream: DemoUpstream;
beforeAll(async () => {
  upstream = await startDemoUpstream({ credential: CREDENTIAL });
});
afterAll(() => upstream.close());

/** The demo upstream speaks every protocol at one address: what is typed behind it decides. */
const tried = (changes: Partial<ChannelTest>, path = "") =>
  testChannel({
    protocol: DETECT,
    baseUrl: upstream.url + path,
    credential: CREDENTIAL,
    allowPrivate: true,
    ...changes,
  });

const providers = [
  ["openai", "/v1"],
  ["openai-responses", "/v1"],
  ["anthropic", "/v1"],
  ["anthropic", ""],
  ["gemini", "/v1beta"],
  ["ollama", "/api"],
  ["ollama", ""],
  ["vllm", "/v1"],
  ["deepseek", "/v1"],
  ["qwen", "/v1"],
  ["minicpm", "/v1"],
  ["llamacpp", "/v1"],
] as const;

describe.each(providers)("a channel of %s at %j", (provider, basePath) => {
  it("lists its models and says a word, in its own protocol", async () => {
    upstream.clear();
    const result = await tried({ protocol: provider, upstreamModel: "demo-text" }, basePath);
    expect(result).toMatchObject({ ok: true, detection: null, sample: expect.stringContaining("演示上游") });
    expect(result.models).toEqual(expect.arrayContaining(["demo-text", "demo-echo"]));
    expect(result.ttftMs).toBeLessThanOrEqual(result.totalMs);
    expect(upstream.requests().map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  it("is refused for its credential, for its model, or for what goes wrong in the middle of its answer", async () => {
    await expect(tried({ protocol: provider, credential: "wrong" }, basePath)).rejects.toMatchObject({
      code: "channel_credential_refused",
    });
    await expect(tried({ protocol: provider, upstreamModel: "demo-403" }, basePath)).rejects.toMatchObject({
      code: "channel_model_refused",
    });
    for (const upstreamModel of ["demo-404-model", "demo-500", "demo-error-200"]) {
      await expect(tried({ protocol: provider, upstreamModel }, basePath), upstreamModel).rejects.toMatchObject({
        code: "channel_not_llm",
      });
    }
  });
});

it("a server that speaks every protocol is taken for what its address says, and what else it speaks is named", async () => {
  const atRoot = await tried({ upstreamModel: "demo-text" });
  expect(atRoot.detection?.chosen).toMatchObject({
    provider: "openai",
    baseUrl: `${upstream.url}/v1`,
    path: "/v1/models",
  });
  expect(atRoot.detection?.others.map(({ provider }) => provider)).toEqual(["anthropic", "gemini", "ollama"]);
  expect(atRoot.sample).toContain("演示上游");
  const listOnly = await tried({}, "/v1/chat/completions");
  expect(listOnly).toMatchObject({ sample: "", detection: { chosen: { provider: "openai" } } });
  expect(listOnly.models).toContain("demo-text");
  const named = async (path: string) => (await tried({ upstreamModel: "demo-text" }, path)).detection?.chosen.provider;
  expect([await named("/api"), await named("/v1beta")]).toEqual(["ollama", "gemini"]);
});
