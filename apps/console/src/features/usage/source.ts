import type { UsageRecordRow } from "@lyceum/db";
import { type SessionPurpose, sessionPurposes } from "@lyceum/domain";

type Source = Pick<UsageRecordRow, "keyId" | "keyName" | "client">;

/** The key that a request came with, or the page of the console that it came from; — where nobody knows any more. */
export function sourceText(
  { keyId, keyName, client }: Source,
  translate: (key: `from_${SessionPurpose}`) => string,
): string {
  // A program may call itself anything, but only the console's own requests come without a key.
  const page = keyId === null ? sessionPurposes.find((each) => client === `lyceum/${each}`) : undefined;
  return keyName ?? (page === undefined ? "—" : translate(`from_${page}`));
}
