"use server";
import { setOwnLocale } from "@lyceum/db";
import { cookies } from "next/headers";
import { isLocale, localeCookie } from "#i18n/locale.ts";
import { readTheme, themeCookie } from "#server/cookies.ts";
import { getDb } from "#server/db.ts";
import { getSession } from "#server/session.ts";

const yearSeconds = 365 * 24 * 3600;

/** Plain forms call these two, so that they work without JavaScript; they change nothing but what the caller sees and is written. */
export async function setLocale(data: FormData): Promise<void> {
  const locale = data.get("locale");
  if (!isLocale(locale)) return;
  await remember(localeCookie, locale);
  // Mails are written in the language that was chosen last.
  const user = await getSession();
  if (user !== null) await setOwnLocale(getDb(), user.id, locale);
}

export async function setTheme(data: FormData): Promise<void> {
  await remember(themeCookie, readTheme(String(data.get("theme"))));
}

async function remember(name: string, value: string): Promise<void> {
  (await cookies()).set(name, value, { path: "/", maxAge: yearSeconds, sameSite: "lax" });
}
