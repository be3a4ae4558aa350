import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderDeployments } from "./order-deployments.ts";

const deployment = fc.record({
  id: fc.nat(),
  priority: fc.integer({ min: -2, max: 2 }),
  weight: fc.integer({ min: 0, max: 5 }),
});

describe("orderDeployments", () => {
  it("tries each exactly once, higher priority first", () => {
    fc.assert(
      fc.property(
        fc.array(deployment),
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 }),
        (list, numbers) => {
          let at = 0;
          const order = orderDeployments(list, () => numbers[at++ % numbers.length] ?? 0);
          expect(new Set(order)).toEqual(new Set(list));
          expect(order).toHaveLength(list.length);
          for (const [index, each] of order.entries())
            expect(each.priority).toBeLessThanOrEqual(order[index - 1]?.priority ?? 9);
        },
      ),
    );
  });

  it("puts each first as often as its weight says, and weight 0 last", () => {
    const list = [
      { id: "a", priority: 0, weight: 3 },
      { id: "b", priority: 0, weight: 1 },
      { id: "c", priority: 0, weight: 0 },
    ];
    const firsts = Array.from({ length: 100 }, (_, index) =>
      orderDeployments(list, () => index / 100).map(({ id }) => id),
    );
    expect(firsts.filter(([first]) => first === "a")).toHaveLength(75);
    expect(firsts.filter(([first]) => first === "b")).toHaveLength(25);
    expect(firsts.every(([, , last]) => last === "c")).toBe(true);
  });
});
