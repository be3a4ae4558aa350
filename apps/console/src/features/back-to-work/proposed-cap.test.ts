import { expect, it } from "vitest";
import { proposedCap } from "./proposed-cap.ts";

const YUAN = 1_000_000_000n;

it.each([
  [20n * YUAN, null, "4"],
  [1_234_567_890n, null, "0.24"],
  [1n, null, "0.01"],
  // A tighter cap of the key, by whatever period, is not to be loosened by pressing the button.
  [20n * YUAN, 3n * YUAN, "3"],
  [20n * YUAN, 5n * YUAN, "4"],
])("proposes for a go of %s nanos and a cap of %s so much a day: %s", (chargeNanos, capNanos, cap) => {
  expect(proposedCap(chargeNanos, { capNanos })).toBe(cap);
});
