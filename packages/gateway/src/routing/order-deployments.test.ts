import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combine } from "./hash.ts";
import { orderDeployments, type Ranked } from "./order-deployments.ts";

const deployments = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    priority: fc.integer({ min: -2, max: 2 }),
    weight: fc.integer({ min: 0, max: 5 }),
    isOut: fc.boolean(),
  }),
  { selector: ({ id }) => id, maxLength: 40 },
);
const seed = fc.nat({ max: 0xffffffff });
const anyOf = { accepts: (_each: Ranked) => true, factorsOf: () => null };
const three: readonly Ranked[] = [
  { id: "a", priority: 0, weight: 3 },
  { id: "b", priority: 0, weight: 1 },
  { id: "c", priority: 0, weight: 0 },
];
const seeds = Array.from({ length: 20_000 }, (_, index) => combine(index, 7));
const firstOf = (list: readonly Ranked[], at: number, more: object = {}) =>
  orderDeployments(list, { ...anyOf, seed: at, most: 1, ...more })[0]?.id;
const shareOf = (id: string, more: object = {}) =>
  seeds.filter((each) => firstOf(three, each, more) === id).length / seeds.length;

describe("orderDeployments", () => {
  it("has each that is accepted exactly once, higher priority first", () => {
    fc.assert(
      fc.property(deployments, seed, (list, at) => {
        const usable = list.filter(({ isOut }) => !isOut);
        const out = new Set(list.filter(({ isOut }) => isOut).map(({ id }) => id));
        const accepts = ({ id }: Ranked) => !out.has(id);
        const order = orderDeployments(list, { ...anyOf, accepts, seed: at, most: 100 });
        expect(new Set(order)).toEqual(new Set(usable));
        expect(order).toHaveLength(usable.length);
        for (const [index, each] of order.entries())
          expect(each.priority).toBeLessThanOrEqual(order[index - 1]?.priority ?? 9);
      }),
    );
  });

  it("gives the start of the same order to whoever wants fewer", () => {
    fc.assert(
      fc.property(deployments, seed, fc.nat({ max: 10 }), (list, at, most) => {
        const all = orderDeployments(list, { ...anyOf, seed: at, most: 100 });
        expect(orderDeployments([...list], { ...anyOf, seed: at, most })).toEqual(all.slice(0, most));
      }),
    );
  });

  it("keeps the order of the others when one is out, whatever order they are listed in", () => {
    fc.assert(
      fc.property(deployments, seed, (list, at) => {
        const all = orderDeployments(list, { ...anyOf, seed: at, most: 100 });
        const [first, ...others] = all;
        const without = list.toReversed().filter((each) => each !== first);
        expect(orderDeployments(without, { ...anyOf, seed: at, most: 100 })).toEqual(others);
      }),
    );
  });

  it("puts each first as often as its weight says, and weight 0 last", () => {
    expect(shareOf("a")).toBeCloseTo(0.75, 1);
    expect(shareOf("b")).toBeCloseTo(0.25, 1);
    expect(shareOf("c")).toBe(0);
    for (const at of seeds.slice(0, 100))
      expect(orderDeployments(three, { ...anyOf, seed: at, most: 3 }).at(-1)?.id).toBe("c");
  });

  it("spreads the seeds of one that is out by weight over the others, and moves no other seed", () => {
    const even = ["a", "b", "c", "d"].map((id) => ({ id, priority: 0, weight: 1 }));
    const moved = new Map<string, number>();
    for (const at of seeds) {
      const before = firstOf(even, at);
      const after = firstOf(even, at, { accepts: ({ id }: Ranked) => id !== "a" });
      if (before !== "a") expect(after).toBe(before);
      else moved.set(after ?? "", (moved.get(after ?? "") ?? 0) + 1);
    }
    for (const count of moved.values()) expect(count / (seeds.length / 4)).toBeCloseTo(1 / 3, 1);
    expect(moved.size).toBe(3);
  });

  it("goes less often to one that was measured to be bad, and moves only seeds of that one", () => {
    const factorsOf = () => new Map([["a", 1 / 9]]);
    expect(shareOf("a", { factorsOf })).toBeCloseTo(0.25, 1);
    for (const at of seeds.slice(0, 1_000))
      if (firstOf(three, at) === "b") expect(firstOf(three, at, { factorsOf })).toBe("b");
  });
});
