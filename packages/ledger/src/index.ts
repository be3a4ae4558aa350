export * from "./allowances.ts";
export * from "./course-statement.ts";
export * from "./courses.ts";
export { createLedger, type LedgerOptions } from "./create-ledger.ts";
export * from "./post.ts";
export * from "./statement.ts";
export * from "./types.ts";
export * from "./undo.ts";
export * from "./verify.ts";
