import "server-only";
import { hasCourse, listOwnCourses, type SessionUser } from "@lyceum/db";
import { errorCodes, errorTable } from "@lyceum/domain";
import { getLocale } from "next-intl/server";
import { adminEntries, auditorEntries, type Entry, everyoneEntries } from "#components/shell/entries.ts";
import { plainSentence } from "#features/docs/plain-sentence.ts";
import { docsSections } from "#features/docs/sections.ts";
import { getOwnKeys } from "#features/keys/queries.ts";
import { getSquare } from "#features/square/queries.ts";
import type { Locale } from "#i18n/locale.ts";
import { messages } from "#i18n/messages.ts";
import { getDb } from "#server/db.ts";
import type { PaletteItem } from "./items.ts";

/** Everything that a person can go to by name, but for other people: to auditors, what they read. */
export async function getPaletteItems(user: SessionUser): Promise<PaletteItem[]> {
  const [locale, courses] = await Promise.all([getLocale(), listOwnCourses(getDb(), user)]);
  return [
    ...(user.role === "auditor"
      ? auditorEntries.map((entry) => pageItem(entry, locale))
      : await ownItems(user, locale)),
    ...courses.map(({ id, name, code }) => ({
      group: "courses" as const,
      ...{ label: name, detail: code, href: `/courses/${id}` },
    })),
    ...docsItems(locale),
  ];
}

/** A person's pages, and what has a name on them. */
async function ownItems(user: SessionUser, locale: Locale): Promise<PaletteItem[]> {
  const [keys, square, isInCourse] = await Promise.all([
    getOwnKeys(user.id),
    getSquare(user.id),
    hasCourse(getDb(), user),
  ]);
  const admin = user.role === "admin";
  const entries = [...everyoneEntries(admin || isInCourse), ...beside, ...(admin ? adminEntries : [])];
  return [
    ...entries.map((entry) => pageItem(entry, locale)),
    ...square
      .filter(({ state }) => state !== "locked")
      .map(({ name, vendor }) => ({
        group: "models" as const,
        ...{ label: name, detail: vendor, href: `/models?model=${encodeURIComponent(name)}` },
      })),
    ...keys.map(({ name, prefix, lastFour }) => ({
      group: "keys" as const,
      ...{ label: name, detail: `${prefix}…${lastFour}`, href: "/keys" },
    })),
  ];
}

const other = { zh: "en", en: "zh" } as const;

/** Pages that stand in no navigation. */
const beside = [
  { href: "/notices", label: "notices" },
  { href: "/settings", label: "mySettings" },
] as const;

function pageItem({ href, label }: Pick<Entry, "href" | "label">, locale: Locale): PaletteItem {
  const words = messages[other[locale]].shell[label];
  return { group: "pages", label: messages[locale].shell[label], href, words };
}

/** The documentation's sections, and every error code. */
function docsItems(locale: Locale): PaletteItem[] {
  const sections = docsSections.map((id) => ({
    group: "docs" as const,
    ...{
      label: messages[locale].docs[`${id}Head`],
      href: `/docs#${id}`,
      words: messages[other[locale]].docs[`${id}Head`],
    },
  }));
  const codes = errorCodes.map((code) => ({
    group: "errors" as const,
    ...{ label: code, detail: plainSentence(errorTable[code][locale]), href: `/docs/errors#${code}` },
    words: `${errorTable[code].status} ${errorTable[code][other[locale]]}`,
  }));
  return [...sections, ...codes];
}
