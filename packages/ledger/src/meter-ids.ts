import { hash } from "node:crypto";

/** Enough for everybody who is active in an hour. */
const MAXIMUM_REMEMBERED = 20_000;
const remembered = new Map<string, string>();

/** The meter of an account's owner as member of a group: MD5 as a UUID, as the database function member_meter_id() makes it. */
export function memberMeterId(accountId: string, groupId: string): string {
  const name = `${accountId}/${groupId}`;
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const hex = hash("md5", name);
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  if (remembered.size >= MAXIMUM_REMEMBERED) remembered.clear();
  remembered.set(name, id);
  return id;
}
