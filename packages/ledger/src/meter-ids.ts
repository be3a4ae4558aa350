import { hash } from "node:crypto";

/** Enough for everybody who is active in an hour. */
const MAXIMUM_REMEMBERED = 20_000;
/** By account, of the group that was asked for last: nearly all requests of one account are of one group. */
const remembered = new Map<string, { readonly groupId: string; readonly meterId: string }>();

/** The meter of an account's owner as member of a group: MD5 as a UUID, as the database function member_meter_id() makes it. */
export function memberMeterId(accountId: string, groupId: string): string {
  const known = remembered.get(accountId);
  if (known?.groupId === groupId) return known.meterId;
  const hex = hash("md5", `${accountId}/${groupId}`);
  const meterId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  if (known === undefined && remembered.size >= MAXIMUM_REMEMBERED) remembered.clear();
  remembered.set(accountId, { groupId, meterId });
  return meterId;
}
