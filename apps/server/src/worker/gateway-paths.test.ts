import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { clientAddress } from "./client-address.ts";
import { isGatewayPath } from "./gateway-paths.ts";

describe("isGatewayPath", () => {
  it.each([
    "/v1",
    "/v1/models",
    "/v1beta/models/m:generateContent",
    "/v1/v1/models",
    "/api/chat",
    "/api/tags",
    "/api/api/chat",
    "/api/pull",
    "/healthz",
    "/readyz",
    "/chat/completions",
    "/responses",
    "/messages",
    "/messages/count_tokens",
    "/api/v1/chat/completions",
    "/api/v1/models",
    "//v1/chat/completions",
    "/openai/deployments/qwen/chat/completions",
    "/models/qwen:generateContent",
    "/anthropic/v1/messages",
    "/ollama/api/tags",
  ])("%s is the gateway's", (path) => expect(isGatewayPath(path)).toBe(true));
  it.each([
    "/",
    "/v1x",
    "/v10/models",
    "/api/auth/session",
    "/api/chat/x",
    "/api/chats",
    "/api/api/auth/session",
    "/models",
    "/keys",
    "/healthz/x",
    "/admin/messages",
    "/api/auth/messages",
    "/_next/embeddings",
    "/usage/responses",
  ])("%s is the console's", (path) => expect(isGatewayPath(path)).toBe(false));
});

describe("clientAddress", () => {
  const request = (forwarded?: string) =>
    ({
      headers: { "x-forwarded-for": forwarded },
      socket: { remoteAddress: "::ffff:9.9.9.9" },
    }) as unknown as IncomingMessage;
  it("believes the nearest proxy only where it is trusted", () => {
    expect(clientAddress(request("1.1.1.1, 2.2.2.2"), true)).toBe("2.2.2.2");
    expect(clientAddress(request("1.1.1.1, 2.2.2.2"), false)).toBe("9.9.9.9");
    expect(clientAddress(request(), true)).toBe("9.9.9.9");
  });
});
