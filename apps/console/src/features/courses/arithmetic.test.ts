import { expect, it } from "vitest";
import { sumFunding } from "./arithmetic.ts";

it("adds the same to everybody, and says what the pool lacks", () => {
  const nobodyHasAny = Array.from({ length: 197 }, () => 0n);
  expect(sumFunding("add", nobodyHasAny, 20n, 5_000n)).toMatchObject({
    raised: 197,
    neededNanos: 3_940n,
    lackingNanos: 0n,
  });
  expect(sumFunding("add", nobodyHasAny, 20n, 3_900n)).toMatchObject({ neededNanos: 3_940n, lackingNanos: 40n });
});

it("tops up only those who have less", () => {
  const sum = sumFunding("top-up-to", [0n, 5n, 20n, 30n], 20n, 35n);
  expect(sum).toMatchObject({
    people: 4,
    raised: 2,
    lowered: 0,
    neededNanos: 35n,
    returnedNanos: 0n,
    lackingNanos: 0n,
  });
});

it("gives what set-to takes to the others", () => {
  expect(sumFunding("set-to", [0n, 30n], 20n, 10n)).toMatchObject({
    ...{ raised: 1, lowered: 1, neededNanos: 20n, returnedNanos: 10n, lackingNanos: 0n },
  });
  expect(sumFunding("set-to", [0n, 30n], 20n, 9n).lackingNanos).toBe(1n);
});
