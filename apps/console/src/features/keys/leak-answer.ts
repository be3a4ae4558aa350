import type { LeakOutcome } from "@lyceum/db";

/**
 * What became of a report. malformed: form or checksum aren't those of a key of ours. unknown: both are, but no key like it was ever made here, or it
 * was rolled longer ago than former keys are remembered.
 */
export type LeakAnswer =
  | { outcome: LeakOutcome; prefix: string; lastFour: string }
  | { outcome: "malformed" | "unknown" };
