import { providerIds } from "@lyceum/domain";
import { expect, it } from "vitest";
import { modelLists } from "../probe/model-lists.ts";
import { findProvider } from "./find-provider.ts";

it("knows every provider that a channel may be, by its id and by no other's", () => {
  expect(providerIds.map((id) => findProvider(id)?.id)).toEqual([...providerIds]);
  expect(findProvider("nobody")).toBeNull();
});

it("takes a protocol's name for the vendor it is named after", () => {
  const names = Object.keys(modelLists).map((protocol) => findProvider(protocol)?.id);
  expect(names).toEqual(["openai", "openai-responses", "anthropic", "gemini", "ollama"]);
});
