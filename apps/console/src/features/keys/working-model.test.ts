import type { SquareModel } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { workingModel } from "./working-model.ts";

const group = { id: "default", name: "default", multiplierPpm: 1_000_000, isMine: true };
const price = (nanos: bigint) => ({ inputNanos: nanos, outputNanos: nanos }) as SquareModel["price"];
const model = (name: string, changes: Partial<SquareModel> = {}): SquareModel =>
  ({
    name,
    capabilities: [],
    groups: [group],
    group,
    price: price(5n),
    state: "available",
    standing: "up",
    ...changes,
  }) as SquareModel;

describe("workingModel", () => {
  it("takes the cheapest that a call would reach", () => {
    expect(workingModel([model("b"), model("a", { price: price(1n) })])).toBe("a");
  });

  it("never names one that is down, unpriced, locked, or no chat", () => {
    const others = [
      model("down", { standing: "off", state: "down" }),
      model("lost", { standing: "lost", state: "lost" }),
      model("paused", { standing: "paused", state: "paused" }),
      model("unpriced", { price: null, state: "unpriced" }),
      model("locked", { state: "locked" }),
      model("embedding", { capabilities: ["embedding"] }),
    ];
    expect(workingModel(others)).toBeNull();
    expect(workingModel([...others, model("fine", { price: price(99n) })])).toBe("fine");
  });

  it("keeps to the key's group and models", () => {
    const vip = { ...group, id: "vip" };
    const square = [model("a"), model("b", { groups: [vip], group: vip, price: price(9n) })];
    expect(workingModel(square, { groupId: "vip" })).toBe("b");
    expect(workingModel(square, { groupId: "default", models: ["b"] })).toBeNull();
    expect(workingModel(square, { groupId: "default", models: ["a"] })).toBe("a");
  });

  it("passes over a model of the key's group that the course which opens the group leaves out", () => {
    const [closed, open] = [false, true].map((isMine) => ({ ...group, id: "vip", isMine }));
    const square = [
      model("out", { groups: [closed ?? group], state: "locked", price: price(1n) }),
      model("in", { groups: [open ?? group] }),
    ];
    expect(workingModel(square, { groupId: "vip" })).toBe("in");
  });
});
