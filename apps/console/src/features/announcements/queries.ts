import "server-only";
import { listAnnouncementsFor } from "@lyceum/db";
import type { AnnouncementLevel } from "@lyceum/domain";
import { cache } from "react";
import { getDb } from "#server/db.ts";

/** What is announced to a person now and was not put away; asked once for each request. */
export const getAnnouncements = cache((userId: string) => listAnnouncementsFor(getDb(), userId));

export const toneOf = { info: "info", warning: "warning", critical: "danger" } as const satisfies Record<
  AnnouncementLevel,
  string
>;
