"use server";
import { cookies } from "next/headers";
import { isLocale, localeCookie } from "#i18n/locale.ts";
import { readTheme, themeCookie } from "#server/cookies.ts";

const yearSeconds = 365 * 24 * 3600;

/** Plain forms call these two, so that they work without JavaScript; they change nothing but the caller's own cookies. */
export async function setLocale(data: FormData): Promise<void> {
  const locale = data.get("locale");
  if (isLocale(locale)) await remember(localeCookie, locale);
}

export async function setTheme(data: FormData): Promise<void> {
  await remember(themeCookie, readTheme(String(data.get("theme"))));
}

async function remember(name: string, value: string): Promise<void> {
  (await cookies()).set(name, value, { path: "/", maxAge: yearSeconds, sameSite: "lax" });
}
