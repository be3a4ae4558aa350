import { expect, it } from "vitest";
import { findMismatches, type Sums } from "./books.ts";

const before: Sums = {
  records: 10,
  finishedRecords: 9,
  costNanos: 1_000n,
  chargeNanos: 900n,
  ledgerNanos: 900n,
  openReservations: 0,
  received: 10,
};
const after: Sums = {
  records: 13,
  finishedRecords: 12,
  costNanos: 1_060n,
  chargeNanos: 960n,
  ledgerNanos: 960n,
  openReservations: 0,
  received: 13,
};

it("passes where three requests at 20 nanos moved everything by three and by 60", () => {
  expect(findMismatches(before, after, 3, 60n)).toEqual([]);
});

it.each([
  ["a lost record", { records: 12 }],
  ["a record that did not finish", { finishedRecords: 11 }],
  ["a cost that is not the price", { costNanos: 1_061n }],
  ["a charge that the house paid", { chargeNanos: 940n }],
  ["a charge entry too few", { ledgerNanos: 940n }],
  ["a reservation left behind", { openReservations: 1 }],
  ["a request that was sent twice", { received: 14 }],
])("finds %s", (_, change) => {
  expect(findMismatches(before, { ...after, ...change }, 3, 60n)).toHaveLength(1);
});
