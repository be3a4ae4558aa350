export * from "./allowances.ts";
export { BatchLane, type ItemResult } from "./batch-lane.ts";
export * from "./course-advances.ts";
export * from "./course-allowances.ts";
export {
  type Funded,
  fundMembers,
  type MemberFunded,
  type MemberFunding,
} from "./course-funding.ts";
export * from "./course-funding-undo.ts";
export * from "./course-statement.ts";
export * from "./courses.ts";
export { createLedger, type LedgerOptions } from "./create-ledger.ts";
export * from "./fund-file.ts";
export * from "./own-funding.ts";
export * from "./post.ts";
export * from "./roster-money.ts";
export * from "./statement.ts";
export * from "./types.ts";
export * from "./undo.ts";
export * from "./verify.ts";
export * from "./voucher-redeem.ts";
export {
  createVouchers,
  type NewVouchers,
  revokeVouchers,
  type VouchersMade,
  type VouchersRevoked,
} from "./vouchers.ts";
