import { describe, expect, it } from "vitest";
import { modelShapeFor } from "./model-shape.ts";

const model = {
  name: "m",
  vendor: "v",
  description: "",
  createdAt: new Date(0),
  capabilities: [],
  contextTokens: null,
  maxOutputTokens: null,
};
const ask = (path: string, headers: Record<string, string>, query = "") =>
  modelShapeFor(path, { headers, query: new URLSearchParams(query) });

describe("the list of models (case 62)", () => {
  it.each([
    [{ "anthropic-version": "2023-06-01" }, "model"],
    [{ "anthropic-version": "2026-10-21", authorization: "Bearer sk-1" }, "model"],
    // Any client may put its key there.
    [{ "x-api-key": "sk-1" }, undefined],
    [{ authorization: "Bearer sk-1" }, undefined],
    [{}, undefined],
  ])("has the shape that a client with %j reads, errors too", (headers, type) => {
    const { face, encodeModelList } = ask("/v1/models", headers);
    expect(encodeModelList([model])).toMatchObject({ data: [{ id: "m", ...(type && { type }) }] });
    expect(
      "anthropic-ratelimit-tokens-limit" in face.encodeRates({ requests: null, tokens: { limit: 1, left: 1 } }),
    ).toBe(type !== undefined);
  });

  it.each([
    ["/v1/models", { "x-goog-api-key": "sk-1" }, ""],
    ["/v1/models", {}, "key=sk-1"],
    ["/v1beta/models", { authorization: "Bearer sk-1" }, ""],
  ])("is Gemini's at %s with %j and ?%s", (path, headers, query) => {
    expect(ask(path, headers, query).encodeModelList([model])).toMatchObject({ models: [{ name: "models/m" }] });
  });
});
