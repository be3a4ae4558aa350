"use server";
import { dismissAnnouncement } from "./actions.ts";

/** A plain form calls it, so that it works without JavaScript. */
export async function dismiss(data: FormData): Promise<void> {
  await dismissAnnouncement({ id: String(data.get("id")) });
}
