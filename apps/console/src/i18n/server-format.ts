import { getLocale } from "next-intl/server";
import { cache } from "react";
import { getSettings } from "#server/settings.ts";
import { createFormat, type Format, type FormatSettings } from "./format.ts";

export const getFormatSettings = cache(async (): Promise<FormatSettings> => {
  const [locale, settings] = await Promise.all([getLocale(), getSettings()]);
  return { locale, timeZone: settings.timeZone, currency: settings.currency, now: new Date() };
});

/** The formatters of i18n/format.ts for a server component, bound to the reader's language and the site's settings. */
export const getFormat = cache(async (): Promise<Format> => createFormat(await getFormatSettings()));
