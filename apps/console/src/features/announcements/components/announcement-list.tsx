import type { AnnouncementRow } from "@lyceum/db";
import { getLocale, getTranslations } from "next-intl/server";
import { Badge, Dot } from "#components/ui/badge.tsx";
import type { Format } from "#i18n/format.ts";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { AnnouncementActs } from "./announcement-acts.tsx";

/** Announcements of every state, those that run first; each with both languages, as its readers see it. */
export async function AnnouncementList({
  rows,
  canChange = true,
}: {
  rows: readonly AnnouncementRow[];
  canChange?: boolean;
}) {
  const [translate, format, locale, { timeZone }] = await Promise.all([
    getTranslations("announcements"),
    getFormat(),
    getLocale(),
    getFormatSettings(),
  ]);
  return (
    <ul className="border-y-[1.5px] border-rule">
      {rows.map((row) => (
        <li key={row.id} className="grid gap-1 border-t border-line py-3 first:border-t-0">
          <span className="row wrap between items-start">
            <span className="row wrap">
              <Badge>{translate(`states.${row.state}`)}</Badge>
              <Badge>{translate(`levels.${row.level}`)}</Badge>
              <span className="muted small">
                {translate(`to.${row.audience}`, { name: row.subject })}
                <Dot />
                <Span row={row} format={format} forever={translate("forever")} />
              </span>
            </span>
            {canChange && row.state !== "over" && (
              <AnnouncementActs id={row.id} words={wordsOf(row, timeZone)} isCourse={row.audience === "course"} />
            )}
          </span>
          <p className="announced">{row[locale]}</p>
          {row.zh !== row.en && (
            <p className="announced muted small" lang={locale === "zh" ? "en" : "zh"}>
              {row[locale === "zh" ? "en" : "zh"]}
            </p>
          )}
          <p className="muted small">
            {translate("by", { name: row.byName })}
            {row.dismissed > 0 && (
              <>
                <Dot />
                {translate("dismissed", { count: row.dismissed })}
              </>
            )}
            {row.tells && (
              <>
                <Dot />
                {translate("told")}
              </>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Span({ row, format, forever }: { row: AnnouncementRow; format: Format; forever: string }) {
  return (
    <span className="nowrap">
      {format.dateTime(row.startsAt)} – {row.endsAt === null ? forever : format.dateTime(row.endsAt)}
    </span>
  );
}

function wordsOf({ level, zh, en, startsAt, endsAt }: AnnouncementRow, timeZone: string) {
  const typed = (at: Date) =>
    new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone }).format(at).replace(" ", "T");
  return { level, zh, en, from: typed(startsAt), to: endsAt === null ? "" : typed(endsAt) };
}
