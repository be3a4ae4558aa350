import type { CreditRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Caption } from "#components/ui/table.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { createTimeFormat } from "#i18n/time.ts";
import { zonedDate, zonedMidnight } from "#i18n/zoned-day.ts";
import { creditLanes, type Tick } from "../lanes.ts";

/** More lanes than these would push the page's own matter out of sight; the balance page lists all. */
const mostLanes = 5;
const monthsAhead = 24;
const nearMs = 330 * 86_400_000;
/** Each lane paler than the one before: spent later. */
const opacities = [1, 0.78, 0.58, 0.46, 0.38];

/** The balance as lanes along time: what ends first stands first, an arrow has no end. */
export async function CreditLanes({ credits, figure }: { credits: readonly CreditRow[]; figure: number }) {
  const [translate, format, { now, timeZone, locale }] = await Promise.all([
    getTranslations("balance"),
    getFormat(),
    getFormatSettings(),
  ]);
  const { year, month } = zonedDate(now, timeZone);
  const months = Array.from({ length: monthsAhead }, (_, index) => zonedMidnight(year, month + 1 + index, 1, timeZone));
  const { lanes, ticks } = creditLanes(credits, now, months);
  if (lanes.length === 0) return null;
  // Within the next eleven months a day needs no year.
  const day = (at: Date) =>
    at.getTime() - now.getTime() < nearMs ? createTimeFormat({ locale, timeZone, now: at }).date(at) : format.date(at);
  const tickWord = (tick: Tick) => (tick.kind === "now" ? translate("today") : day(tick.at));
  return (
    <figure>
      <div className="lanes-grid">
        <ul className="lanes">
          {lanes.slice(0, mostLanes).map(({ credit, end }, index) => (
            <li className="lane" key={credit.id}>
              <div className="what">
                {credit.note || translate(`kind_${credit.kind}`)}
                <span title={credit.endsAt ? format.exact(credit.endsAt) : undefined}>
                  {translate(`kind_${credit.kind}`)}
                  {translate("comma")}
                  {credit.endsAt
                    ? translate("until", { day: day(new Date(credit.endsAt.getTime() - 1)) })
                    : translate("endless")}
                </span>
              </div>
              <div className="num medium">{format.money(credit.remainingNanos)}</div>
              <div className="track" aria-hidden="true">
                <i
                  className="s1"
                  style={{ width: `${end * (credit.endsAt ? 100 : 98.5)}%`, opacity: opacities[index] }}
                />
                {credit.endsAt ? (
                  <span className="end" style={{ left: `${end * 100}%` }} />
                ) : (
                  <svg viewBox="0 0 10 16" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
                    <path d="m1 2 7 6-7 6" />
                  </svg>
                )}
              </div>
            </li>
          ))}
        </ul>
        <div className="ticks" aria-hidden="true">
          <div>
            {ticks.map((tick) => (
              <span
                key={tick.kind + tick.at.getTime()}
                className={tick.kind === "month" ? "opt" : undefined}
                data-last={tick.kind === "last" ? "" : undefined}
                style={{ left: `${tick.place * 100}%` }}
              >
                {tickWord(tick)}
              </span>
            ))}
          </div>
        </div>
      </div>
      <figcaption>
        <Caption kind="figure" number={figure}>
          {translate("lanesCaption", { count: lanes.length, hidden: Math.max(0, lanes.length - mostLanes) })}
        </Caption>
      </figcaption>
    </figure>
  );
}
