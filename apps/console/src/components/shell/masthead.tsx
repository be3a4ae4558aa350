import { getLocale } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { getSettings } from "#server/settings.ts";

/** The name of the product, and below it whose it is. */
export async function Masthead() {
  const [locale, { siteName }] = await Promise.all([getLocale(), getSettings()]);
  return (
    <Link className="masthead" href="/">
      <b lang="en">Lyceum</b>
      <span>{siteName[locale]}</span>
    </Link>
  );
}
