import { cookies } from "next/headers";
import { getLocale, getTranslations } from "next-intl/server";
import { Button } from "#components/ui/button.tsx";
import { readTheme, themeCookie, themes } from "#server/cookies.ts";
import { setLocale, setTheme } from "./preferences.ts";
import { ThemeToggle } from "./theme-toggle.tsx";

/** Changes to the other language; its word is in that language. */
export async function LocaleSwitch({ short }: { short?: boolean }) {
  const other = (await getLocale()) === "zh" ? "en" : "zh";
  const name = { zh: "中文", en: "English" }[other];
  const word = short ? { zh: "中", en: "EN" }[other] : name;
  return (
    <form action={setLocale}>
      <Button
        type="submit"
        variant="ghost"
        size="sm"
        icon={short}
        name="locale"
        value={other}
        lang={other === "zh" ? "zh-CN" : "en"}
        aria-label={short ? `${word} ${name}` : undefined}
        title={short ? name : undefined}
      >
        {word}
      </Button>
    </form>
  );
}

/** Both languages, each in its own words. */
export async function LocaleChoice() {
  const current = await getLocale();
  return (
    <form action={setLocale} className="segmented">
      {Object.entries({ zh: "中文", en: "English" }).map(([locale, name]) => (
        <button
          key={locale}
          type="submit"
          name="locale"
          value={locale}
          lang={locale === "zh" ? "zh-CN" : "en"}
          aria-pressed={locale === current}
        >
          {name}
        </button>
      ))}
    </form>
  );
}

/** Light or dark with one press. */
export async function ThemeSwitch() {
  const theme = readTheme((await cookies()).get(themeCookie)?.value);
  const translate = await getTranslations("shell");
  return (
    <form action={setTheme}>
      <ThemeToggle theme={theme} label={translate("toggleTheme")} />
    </form>
  );
}

/** Light, dark, or as the system says. */
export async function ThemeChoice() {
  const current = readTheme((await cookies()).get(themeCookie)?.value);
  const translate = await getTranslations("shell");
  const words = { light: "themeLight", dark: "themeDark", system: "themeSystem" } as const;
  return (
    <form action={setTheme} className="segmented">
      {themes.map((theme) => (
        <button key={theme} type="submit" name="theme" value={theme} aria-pressed={theme === current}>
          {translate(words[theme])}
        </button>
      ))}
    </form>
  );
}
