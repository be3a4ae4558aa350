export { createLedger, type LedgerOptions } from "./create-ledger.ts";
export * from "./types.ts";
