import { getTranslations } from "next-intl/server";
import { HourBars } from "#components/ui/hour-bars.tsx";
import { Link } from "#components/ui/link.tsx";
import { Caption } from "#components/ui/table.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { getOwnToday } from "../queries.ts";
import { totalOf } from "../series.ts";

/** What today cost, and when. */
export async function TodayPanel({ userId, figure }: { userId: string; figure: number }) {
  const [translate, format, { now }] = await Promise.all([getTranslations("usage"), getFormat(), getFormatSettings()]);
  const { points, span } = await getOwnToday(userId, now);
  const total = totalOf(points);
  const perHour = span.starts.map((start) =>
    points.reduce((sum, point) => (point.start.getTime() === start.getTime() ? sum + point.requests : sum), 0),
  );
  const most = Math.max(...perHour);
  const caption = total.requests === 0 ? translate("todayNone") : translate("todayCaption");
  return (
    <section className="panel later" aria-labelledby="h-today">
      <div className="panel-head">
        <h2 id="h-today">{translate("today")}</h2>
        <Link className="end" href="/usage?period=today">
          {translate("allUsage")}
        </Link>
      </div>
      <dl className="today">
        <div>
          <dt>{translate("cost")}</dt>
          <dd>{format.money(total.chargeNanos)}</dd>
        </div>
        <div>
          <dt>{translate("requests")}</dt>
          <dd>{format.count(total.requests)}</dd>
        </div>
        <div>
          <dt>tokens</dt>
          <dd>{format.tokens(total.inputTokens + total.outputTokens)}</dd>
        </div>
      </dl>
      <figure>
        <HourBars
          values={perHour}
          now={format.hourOfDay(now)}
          unit={translate("hourUnit")}
          label={translate("todayLabel", { hour: perHour.indexOf(most), count: most })}
        />
        <figcaption>
          <Caption kind="figure" number={figure}>
            {caption}
          </Caption>
        </figcaption>
      </figure>
    </section>
  );
}
