export const locales = ["zh", "en"] as const;
export type Locale = (typeof locales)[number];
export const defaultLocale: Locale = "zh";
export const localeCookie = "locale";

/** The value of the `lang` attribute. */
export const languageTags = { zh: "zh-CN", en: "en" } as const satisfies Record<Locale, string>;

export function isLocale(value: unknown): value is Locale {
  return value === "zh" || value === "en";
}

/**
 * The language to answer in: the cookie when it names one we have, else the first language of Accept-Language that we
 * have (by its q values), else Chinese.
 */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(cookie)) return cookie;
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.split("-")[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter((choice) => choice.quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { language } of wanted) if (isLocale(language)) return language;
  return defaultLocale;
}
