import { randomBytes } from "node:crypto";

/** A UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds, then random; sorts by time and is the key of usage records. */
export function newId(now = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The account of the house: probes and write-offs. Made by the first ledger migration. */
export const HOUSE_ACCOUNT_ID = "00000000-0000-7000-8000-000000000001";

/** How a request id is shown to people and sent in `x-request-id`: "req_" and the UUID without hyphens. */
export function formatRequestId(id: string): string {
  return `req_${id.replaceAll("-", "")}`;
}

/** The UUID behind a shown request id, or null if the text is none. */
export function parseRequestId(text: string): string | null {
  const match = /^(?:req_)?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i.exec(
    text.trim(),
  );
  return match === null ? null : match.slice(1, 6).join("-").toLowerCase();
}
