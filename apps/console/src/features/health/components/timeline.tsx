import type { HealthEventRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { ChipLink } from "#components/ui/link-choices.tsx";
import type { Format } from "#i18n/format.ts";
import { type HealthView, healthHref } from "../filter.ts";
import { causeWords } from "./cell-status.tsx";

type Translate = ReturnType<typeof useTranslations<"health">>;

/** What an event says, in words. */
export function eventWords(
  translate: Translate,
  event: Pick<HealthEventRow, "kind" | "modelName" | "channelName" | "cause" | "detail">,
): string {
  return translate(`event_${event.kind}`, {
    model: event.modelName,
    channel: event.channelName,
    cause: causeWords(translate, event.cause),
    capability: String(event.detail.capability ?? ""),
  });
}

/** What happened to a deployment, its model and its channel, newest first. */
export function Timeline({ events, view, format }: { events: HealthEventRow[]; view: HealthView; format: Format }) {
  const translate = useTranslations("health");
  const choice = (by: HealthView["by"], label: string) => (
    <ChipLink href={healthHref(view, { by })} current={view.by === by}>
      {label}
    </ChipLink>
  );
  return (
    <section>
      <div className="row between mb-1.5">
        <h3>{translate("timeline")}</h3>
        <span className="row gap-1">
          {choice(undefined, translate("byAll"))}
          {choice("machine", translate("byMachine"))}
          {choice("hand", translate("byHand"))}
        </span>
      </div>
      {events.length === 0 ? (
        <p className="muted small">{translate("noEvents")}</p>
      ) : (
        <ol className="tl">
          {events.map((event) => (
            <li key={event.id}>
              <time dateTime={event.at.toISOString()} title={format.exact(event.at)}>
                {format.dateTime(event.at)}
              </time>
              <span className="min-w-0 wrap-anywhere">
                {eventWords(translate, event)}
                <span className="muted">
                  {event.affectedUsers !== null && (
                    <>
                      <Dot />
                      {translate("eventUsers", { count: event.affectedUsers })}
                    </>
                  )}
                  {event.actorName !== null && (
                    <>
                      <Dot />
                      {event.actorName}
                    </>
                  )}
                  {event.undoneBy !== null && (
                    <>
                      <Dot />
                      {translate("undone")}
                    </>
                  )}
                </span>
                {event.error && <span className="muted tiny block line-clamp-2 font-mono">{event.error}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
