import type { Price } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { filterModels, modelsHref, readFilters, readPage, stateOf } from "./model-state.ts";

const price = { id: "p" } as Price;
const base: Parameters<typeof filterModels>[0][number] = {
  name: "glm-4-9b",
  vendor: "智谱",
  description: "small and fast",
  groups: ["default"],
  isLocal: true,
  standing: "up",
  retiresAt: null,
  price,
};

describe("stateOf", () => {
  it("names the weightiest of what keeps a model from being used", () => {
    expect(stateOf(base)).toBe("normal");
    expect(stateOf({ ...base, price: null })).toBe("unpriced");
    expect(stateOf({ ...base, retiresAt: new Date() })).toBe("retiring");
    expect(stateOf({ ...base, price: null, standing: "off" })).toBe("unserved");
    for (const standing of ["lost", "paused", "removed"] as const)
      expect(stateOf({ ...base, price: null, retiresAt: new Date(), standing })).toBe(standing);
  });
});

describe("filterModels", () => {
  const cloud = { ...base, name: "deepseek-v3", vendor: "DeepSeek", groups: ["vip"], isLocal: false, price: null };
  const none = readFilters({});

  it("keeps what matches all filters and every word, whatever the case", () => {
    const names = (changes: Partial<typeof none>) =>
      filterModels([base, cloud], { ...none, ...changes }).map((model) => model.name);
    expect(names({})).toHaveLength(2);
    expect(names({ search: "GLM fast" })).toEqual(["glm-4-9b"]);
    expect(names({ search: "deepseek", local: true })).toEqual([]);
    expect(names({ state: "unpriced" })).toEqual(["deepseek-v3"]);
    expect(names({ group: "default" })).toEqual(["glm-4-9b"]);
  });
});

describe("addresses", () => {
  it("give back the filters they were made of, and nothing for nonsense", () => {
    const filters = { search: "a & b", state: "removed", group: "vip", local: true } as const;
    const url = new URL(modelsHref(filters, { model: "id", page: 3 }), "http://x");
    expect(readFilters(Object.fromEntries(url.searchParams))).toEqual(filters);
    expect(readFilters({ state: "broken", local: "yes" })).toEqual(readFilters({}));
    expect(modelsHref(readFilters({}))).toBe("/admin/models");
    expect(readPage(Object.fromEntries(url.searchParams), 500)).toBe(3);
    expect([readPage({ page: "9" }, 120), readPage({ page: "0" }, 120), readPage({ page: "2" }, 0)]).toEqual([2, 1, 1]);
  });
});
