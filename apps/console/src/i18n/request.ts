import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { chooseLocale, localeCookie } from "./locale.ts";
import { messages } from "./messages.ts";

export default getRequestConfig(async () => {
  const [cookieStore, headerList] = await Promise.all([cookies(), headers()]);
  const locale = chooseLocale(cookieStore.get(localeCookie)?.value, headerList.get("accept-language"));
  // Dates are drawn by i18n/format.ts in the zone of the settings; this one only keeps next-intl from guessing.
  return { locale, messages: messages[locale], timeZone: "Asia/Shanghai" };
});
