export * from "./allowances.ts";
export { BatchLane, type ItemResult } from "./batch-lane.ts";
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
export * from "./own-funding.ts";
export * from "./post.ts";
export * from "./statement.ts";
export * from "./types.ts";
export * from "./undo.ts";
export * from "./verify.ts";
