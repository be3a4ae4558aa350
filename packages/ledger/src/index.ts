export { createLedger, type LedgerOptions } from "./create-ledger.ts";
export * from "./post.ts";
export * from "./types.ts";
export * from "./verify.ts";
