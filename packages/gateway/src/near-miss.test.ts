import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearMiss } from "./near-miss.ts";
import { anthropicMessages } from "./protocols/anthropic-messages/index.ts";
import { geminiGenerate } from "./protocols/gemini-generate/index.ts";
import { ollamaChat } from "./protocols/ollama-chat/index.ts";
import { openaiChat } from "./protocols/openai-chat/index.ts";

describe("an address that is nearly right", () => {
  it.each([
    ["/chat/completions", "/v1/chat/completions", openaiChat],
    ["/v1/v1/chat/completions", "/v1/chat/completions", openaiChat],
    ["/v1/chat/completions/", "/v1/chat/completions", openaiChat],
    ["//v1/chat/completions", "/v1/chat/completions", openaiChat],
    ["/v1//chat/completions", "/v1/chat/completions", openaiChat],
    ["/v1/chat/completions/chat/completions", "/v1/chat/completions", openaiChat],
    ["/api/v1/chat/completions", "/v1/chat/completions", openaiChat],
    ["/v1beta/openai/chat/completions", "/v1/chat/completions", openaiChat],
    ["/openai/deployments/qwen/chat/completions", "/v1/chat/completions", openaiChat],
    ["/completions", "/v1/completions", openaiChat],
    ["/api/v1/embeddings", "/v1/embeddings", openaiChat],
    ["/responses", "/v1/responses", openaiChat],
    ["/v1/v1/responses", "/v1/responses", openaiChat],
    ["/v1/v1/models", "/v1/models", openaiChat],
    ["/api/v1/models", "/v1/models", openaiChat],
    ["/v1/models/", "/v1/models", openaiChat],
    ["/messages", "/v1/messages", anthropicMessages],
    ["/v1/v1/messages", "/v1/messages", anthropicMessages],
    ["/v1/messages/v1/messages", "/v1/messages", anthropicMessages],
    ["/api/v1/messages", "/v1/messages", anthropicMessages],
    ["/anthropic/v1/messages/count_tokens", "/v1/messages/count_tokens", anthropicMessages],
    ["/v1beta/v1beta/models/m:generateContent", "/v1beta/models/m:generateContent", geminiGenerate],
    ["/v1/v1beta/models/m:streamGenerateContent", "/v1beta/models/m:streamGenerateContent", geminiGenerate],
    ["/models/m:countTokens", "/v1beta/models/m:countTokens", geminiGenerate],
    ["/v1/v1beta/models", "/v1beta/models", geminiGenerate],
    ["/v1/api/chat", "/api/chat", ollamaChat],
    ["/v1/api/tags", "/api/tags", ollamaChat],
    ["/api/chat/", "/api/chat", ollamaChat],
    ["/ollama/api/generate", "/api/generate", ollamaChat],
  ])("%s is meant for %s", (path, right, face) => {
    expect(nearMiss(path)?.path).toBe(right);
    expect(nearMiss(path)?.face).toBe(face);
    expect(nearMiss(right)).toBeNull();
  });

  it.each([
    "/",
    "/models",
    "/v1/nothing",
    "/usage",
    "/admin/messages",
    "/api/auth/callback",
    "/chat",
    `/v1${"/".repeat(9_999)}messages`,
  ])("%s is none", (path) => expect(nearMiss(path)).toBeNull());

  it.each([
    ["/v1/v1/chat/completions", { surplus: "/v1", missing: null }],
    ["//v1/models", { surplus: "/", missing: null }],
    ["/v1/messages/v1/messages", { surplus: "/v1/messages", missing: null }],
    ["/api/v1/responses", { surplus: "/api", missing: null }],
    ["/v1/api/chat", { surplus: "/v1", missing: null }],
    // As LiteLLM asks where it is told the host alone.
    ["/models/m:generateContent", { surplus: null, missing: "/v1beta" }],
    ["/messages", { surplus: null, missing: "/v1" }],
    ["/api/messages", { surplus: null, missing: null }],
  ])("%s says what of the base address is wrong", (path, wrong) => expect(nearMiss(path)).toMatchObject(wrong));

  it("leads, once taken, to an address that is right as it is", () => {
    const part = fc.constantFrom(
      "v1",
      "v1beta",
      "api",
      "openai",
      "chat/completions",
      "messages",
      "models",
      "models/m:generateContent",
      "tags",
      "",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const near = nearMiss(`/${parts.join("/")}`);
        if (near !== null) expect(nearMiss(near.path)).toBeNull();
      }),
    );
  });
});
