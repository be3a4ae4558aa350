import "server-only";
import { currencySymbol } from "#i18n/format.ts";
import { getSettings } from "#server/settings.ts";

/** The site as letters name it. Its address is the setting alone: what a request says of it could be anybody's. */
export async function getSite() {
  const { siteName, siteUrl, currency } = await getSettings();
  return { name: siteName, url: siteUrl, currency: currencySymbol(currency) };
}
