import "server-only";
import { createHash } from "node:crypto";
import { countUnread } from "@lyceum/db";
import { cache } from "react";
import { getAnnouncements } from "#features/announcements/queries.ts";
import { getDb } from "#server/db.ts";

/** How many notices a person has not read; asked once for each request. */
export const getUnread = cache((userId: string) => countUnread(getDb(), userId));

/** A mark of what banners and bell show a person now: another mark is news. */
export async function newsOf(userId: string): Promise<string> {
  const shown = await Promise.all([getUnread(userId), getAnnouncements(userId)]);
  return createHash("sha256").update(JSON.stringify(shown)).digest("base64url").slice(0, 16);
}
