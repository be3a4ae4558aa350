"use server";
import { cookies } from "next/headers";
import { dismissedCookie } from "#server/cookies.ts";
import { withDismissed } from "./dismissed.ts";

const monthSeconds = 30 * 24 * 3600;

/** A plain form calls it, so that it works without JavaScript; it changes nothing but the caller's own cookie. */
export async function dismissNotice(data: FormData): Promise<void> {
  const store = await cookies();
  const value = withDismissed(store.get(dismissedCookie)?.value, String(data.get("id")));
  store.set(dismissedCookie, value, { path: "/", maxAge: monthSeconds, sameSite: "lax" });
}
