import type { SquareModel } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { filterModels, isAway, readSquareParams, searchModels, squareHref, toggled } from "./filter.ts";

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
    groups: [],
    contextTokens: null,
    price: null,
    retiresAt: null,
    ...changes,
  }) as SquareModel;
const none = readSquareParams({});
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
    expect(names(filterModels(models, none))).toEqual(["B2", "c", "b", "a"]);
  });

  it("filters by what a model can do, costs, and where it runs", () => {
    const models = [
      model("a", { capabilities: ["vision"] }),
      model("b", { isFree: true, capabilities: ["reasoning"] }),
    ];
    expect(names(filterModels(models, { ...none, filter: ["vision"] }))).toEqual(["a"]);
    expect(names(filterModels(models, { ...none, filter: ["thinking"] }))).toEqual(["b"]);
    expect(names(filterModels(models, { ...none, filter: ["free"] }))).toEqual(["b"]);
    expect(filterModels(models, { ...none, filter: ["local"] })).toEqual([]);
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

  it("narrows by vendor, group, context, price and status, all at once", () => {
    const price = (input: bigint, output: bigint) =>
      ({ inputNanos: input * 1_000_000_000n, outputNanos: output * 1_000_000_000n }) as SquareModel["price"];
    const groups = (id: string) => [{ id }] as SquareModel["groups"];
    const models = [
      model("a", { vendor: "x", groups: groups("default"), contextTokens: 131_072, price: price(1n, 1n) }),
      model("b", { vendor: "x", groups: groups("vip"), contextTokens: 8_192, price: price(1n, 8n), state: "locked" }),
      model("c", { vendor: "y", retiresAt: new Date() }),
    ];
    const found = (search: Record<string, string>) => names(filterModels(models, readSquareParams(search)));
    expect(found({ vendor: "x" })).toEqual(["a", "b"]);
    expect(found({ group: "vip" })).toEqual(["b"]);
    expect(found({ context: "128k" })).toEqual(["a"]);
    expect(found({ price: "1" })).toEqual(["a"]);
    expect(found({ price: "10" })).toEqual(["a", "b"]);
    expect(found({ status: "locked" })).toEqual(["b"]);
    expect(found({ status: "retiring" })).toEqual(["c"]);
    expect(found({ vendor: "x", group: "vip", context: "32k" })).toEqual([]);
  });

  it("keeps its state in the address, defaults left out", () => {
    const search = {
      filter: "tools,free",
      vendor: "a b",
      group: "vip",
      context: "1M",
      price: "10",
      status: "retiring",
    };
    const params = readSquareParams({ ...search, view: "table", q: " a b ", away: "1", page: "3", model: "x/y" });
    expect(squareHref(params)).toBe(
      "/models?q=a+b&filter=tools%2Cfree&vendor=a+b&group=vip&context=1M&price=10&status=retiring&view=table&away=1&page=3&model=x%2Fy",
    );
    expect(squareHref(none)).toBe("/models");
    expect(readSquareParams({ filter: "nonsense", price: "2", page: "-1", model: ["a"] })).toEqual(none);
  });

  it("begins with the first page wherever something else is looked for, and stays on it where a model is opened", () => {
    const params = { ...none, page: 3 };
    expect(squareHref(params, { vendor: "x" })).toBe("/models?vendor=x");
    expect(squareHref(params, { model: "m" })).toBe("/models?page=3&model=m");
    expect(toggled(["vision", "free"], "free")).toEqual(["vision"]);
    expect(toggled(["free"], "vision")).toEqual(["vision", "free"]);
  });
});
