import type { SquareModel } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { filterModels, isAway, readSquareParams, searchModels, squareHref } from "./filter.ts";

const model = (name: string, changes: Partial<SquareModel> = {}): SquareModel =>
  ({
    name,
    vendor: "",
    description: "",
    capabilities: [],
    isFree: false,
    isLocal: false,
    state: "available",
    standing: "up",
    ...changes,
  }) as SquareModel;
const names = (models: SquareModel[]) => models.map((each) => each.name);

describe("the model square", () => {
  it("finds every word in name, vendor or description, whatever its case", () => {
    const models = [model("Qwen3", { vendor: "通义" }), model("glm", { description: "Fast, by 智谱" })];
    expect(names(searchModels(models, "qwen 通义"))).toEqual(["Qwen3"]);
    expect(names(searchModels(models, "fast"))).toEqual(["glm"]);
    expect(searchModels(models, "qwen fast")).toEqual([]);
  });

  it("puts what can be called now first, and what is locked last", () => {
    const models = [model("a", { state: "locked" }), model("b", { state: "down" }), model("c"), model("B2")];
    expect(names(filterModels(models, "all"))).toEqual(["B2", "c", "b", "a"]);
  });

  it("filters by what a model can do, costs, and where it runs", () => {
    const models = [
      model("a", { capabilities: ["vision"] }),
      model("b", { isFree: true, capabilities: ["reasoning"] }),
    ];
    expect(names(filterModels(models, "vision"))).toEqual(["a"]);
    expect(names(filterModels(models, "thinking"))).toEqual(["b"]);
    expect(names(filterModels(models, "free"))).toEqual(["b"]);
    expect(filterModels(models, "local")).toEqual([]);
  });

  it("knows which are out of every list, locked ones too", () => {
    const models = [
      model("up", { state: "unpriced" }),
      model("hand", { standing: "paused", state: "paused" }),
      model("lost", { standing: "lost", state: "locked" }),
      model("none", { standing: "off", state: "down" }),
    ];
    expect(names(models.filter(isAway))).toEqual(["hand", "lost", "none"]);
  });

  it("keeps its state in the address, defaults left out", () => {
    const params = readSquareParams({ filter: "free", view: "table", q: " a b ", away: "1", model: "x/y" });
    expect(squareHref(params)).toBe("/models?q=a+b&filter=free&view=table&away=1&model=x%2Fy");
    expect(squareHref(params, { filter: "all", view: "cards", q: "", away: false, model: null })).toBe("/models");
    expect(readSquareParams({ filter: "nonsense", model: ["a"] })).toMatchObject({ filter: "all", model: null });
  });
});
