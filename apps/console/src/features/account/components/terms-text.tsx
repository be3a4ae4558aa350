import { getLocale, getTranslations } from "next-intl/server";
import { getSettings } from "#server/settings.ts";

/** The numbered lines of the current terms under their name and version. */
export async function TermsText() {
  const [locale, { terms }, translate] = await Promise.all([getLocale(), getSettings(), getTranslations("account")]);
  return (
    <>
      <span className="medium">{translate("terms", { version: terms.version })}</span>
      <ol>
        {terms[locale].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
    </>
  );
}
