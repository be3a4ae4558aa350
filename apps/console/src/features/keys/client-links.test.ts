import { describe, expect, it } from "vitest";
import { type ClientAccess, clientLink } from "./client-links.ts";

const access: ClientAccess = {
  siteName: "物理学院 ~模型?>",
  baseUrl: "http://llm.example.edu:3000/v1",
  secret: "sk-ly-AbCd0123456789",
  models: [
    { name: "qwen3", capabilities: ["vision", "reasoning", "tools"], contextTokens: 32_768, maxOutputTokens: 8_192 },
    { name: "glm-4-9b", capabilities: [], contextTokens: null, maxOutputTokens: null },
  ],
};

/** As the programs read it: the parameter of an address, base64, UTF-8, JSON. */
function read(link: string, parameter: string) {
  const text = new URL(link).searchParams.get(parameter) ?? "";
  return JSON.parse(Buffer.from(text, "base64").toString("utf8"));
}

describe("clientLink", () => {
  it("hands Cherry Studio the address without /v1", () => {
    const link = clientLink("cherry", access, "");
    expect(link).toMatch(/^cherrystudio:\/\/providers\/api-keys\?v=1&data=[A-Za-z0-9]+$/);
    expect(read(link, "data")).toEqual({
      id: "lyceum",
      name: access.siteName,
      type: "openai",
      baseUrl: "http://llm.example.edu:3000",
      apiKey: access.secret,
    });
  });

  it("hands Chatbox address, path and models", () => {
    const link = clientLink("chatbox", access, "");
    expect(link).toMatch(/^chatbox:\/\/provider\/import\?config=[A-Za-z0-9]+$/);
    expect(read(link, "config")).toEqual({
      id: "lyceum",
      name: access.siteName,
      type: "openai",
      urls: { website: "http://llm.example.edu:3000" },
      settings: {
        apiHost: "http://llm.example.edu:3000",
        apiPath: "/v1/chat/completions",
        apiKey: access.secret,
        models: [
          {
            modelId: "qwen3",
            type: "chat",
            capabilities: ["vision", "reasoning", "tool_use"],
            contextWindow: 32_768,
            maxOutput: 8_192,
          },
          { modelId: "glm-4-9b", type: "chat" },
        ],
      },
    });
  });

  it("keeps to what Windows opens, with the first models of many", () => {
    const models = Array.from({ length: 300 }, (_, i) => ({
      ...{ name: `model-${i}`, capabilities: ["vision"], contextTokens: 128_000, maxOutputTokens: null },
    }));
    const link = clientLink("chatbox", { ...access, models }, "");
    expect(link.length).toBeLessThanOrEqual(2_000);
    const { settings } = read(link, "config");
    expect(settings.models.length).toBeGreaterThan(5);
    expect(settings.models[0].modelId).toBe("model-0");
  });

  it("hands LobeChat the address with /v1", () => {
    const link = clientLink("lobe", access, "https://chat.example.edu/");
    const url = new URL(link);
    expect(url.origin + url.pathname).toBe("https://chat.example.edu/");
    expect(JSON.parse(url.searchParams.get("settings") ?? "")).toEqual({
      keyVaults: { openai: { apiKey: access.secret, baseURL: access.baseUrl } },
    });
  });
});
