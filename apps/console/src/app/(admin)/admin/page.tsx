import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Segmented } from "#components/ui/link-choices.tsx";
import { NoteLines } from "#features/health/components/note-lines.tsx";
import { NoteSeen } from "#features/health/components/note-seen.tsx";
import type { SearchParams } from "#features/health/filter.ts";
import { beginningOf, periods, readPeriod } from "#features/health/period.ts";
import { getLastLook, getNote } from "#features/health/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { requireRole } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("health");
  return { title: translate("noteTitle") };
}

/** An administrator's home: what happened while nobody looked, and what is to be decided. */
export default async function AdminPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const user = await requireRole("admin");
  const period = readPeriod((await searchParams).period);
  const [translate, format, { now, timeZone }] = await Promise.all([
    getTranslations("health"),
    getFormat(),
    getFormatSettings(),
  ]);
  const lastLook = await getLastLook(user, now);
  const note = await getNote(user, beginningOf(period, now, timeZone, lastLook), now);
  // Who looks at less than what is new has not seen it.
  const isAllNew = lastLook === null || note.from <= lastLook;
  const links = periods.map((each) => ({
    href: each === "look" ? "/admin" : `/admin?period=${each}`,
    label: translate(`period_${each}`),
    current: each === period,
  }));
  return (
    <ClientMessages nouns={["health"]}>
      <Page
        title={translate("noteTitle")}
        facts={translate("noteFacts", { from: format.dateTime(note.from), to: format.dateTime(note.to) })}
        actions={<Segmented label={translate("period")} links={links} />}
      >
        {isAllNew && <NoteSeen at={now.toISOString()} />}
        <section className="note" aria-labelledby="note-heading">
          <h2 id="note-heading">{translate("noteHeading", { count: note.lines.length })}</h2>
          {note.lines.length === 0 ? (
            <Empty action={<ButtonLink href="/admin/health">{translate("toHealth")}</ButtonLink>}>
              {translate("nothing")}
            </Empty>
          ) : (
            <NoteLines lines={note.lines} format={format} />
          )}
        </section>
        <p className="caption mt-2">
          {translate("probeCost", { count: note.probes, cost: format.money(note.probeCostNanos) })}
        </p>
      </Page>
    </ClientMessages>
  );
}
