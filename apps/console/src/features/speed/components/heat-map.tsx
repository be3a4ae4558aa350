import type { SpeedHour } from "@lyceum/db";
import { SPEED_ERROR } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { Empty } from "#components/ui/empty.tsx";
import { Table } from "#components/ui/table.tsx";
import type { Format } from "#i18n/format.ts";
import { fastestHours } from "../fastest.ts";

interface HeatMapProps {
  hours: SpeedHour[];
  zone: string;
  format: Format;
  number: number;
}

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
const clock = (hour: number) => String(hour).padStart(2, "0");

/** TTFT by hour and weekday, from real traffic: a table whose cells are shaded, so that it is its own twin. */
export function HeatMap({ hours, zone, format, number }: HeatMapProps) {
  const translate = useTranslations("speed");
  const measured = hours.flatMap((each) => each.ttftP50Ms ?? []);
  if (measured.length === 0) return <Empty>{translate("heatEmpty")}</Empty>;
  const [least, most] = [Math.min(...measured), Math.max(...measured)];
  const count = hours.reduce((sum, each) => sum + each.streams, 0);
  const fastest = fastestHours(hours);
  const caption = translate("heatCaption", { zone, count: format.count(count), error: format.percent(SPEED_ERROR) });
  return (
    <>
      <Table number={number} caption={caption} className="speed-heat">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">{translate("weekday")}</span>
            </th>
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col">
                {clock(hour)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weekdays.map((weekday) => (
            <tr key={weekday}>
              <th scope="row">{translate(`weekday_${weekday}`)}</th>
              {Array.from({ length: 24 }, (_, hour) => {
                const cell = hours.find((each) => each.weekday === weekday && each.hour === hour);
                const ms = cell?.ttftP50Ms ?? null;
                if (cell === undefined || ms === null) {
                  return (
                    <td key={hour} className="none">
                      <span className="sr">—</span>
                    </td>
                  );
                }
                const speed = cell.tokensPerSecond === null ? "—" : format.speed(cell.tokensPerSecond);
                return (
                  <td
                    key={hour}
                    title={translate("heatCell", { count: cell.streams, speed })}
                    style={{ "--shade": `${Math.round(shade(ms, least, most) * 34)}%` } as React.CSSProperties}
                  >
                    {seconds(ms)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </Table>
      {fastest && (
        <p className="mt-2 small">{translate("heatFastest", { from: clock(fastest.from), to: clock(fastest.to) })}</p>
      )}
    </>
  );
}

/** From 0, the fastest, to 1: by ratio, as the buckets are. */
function shade(ms: number, least: number, most: number): number {
  return most <= least ? 0 : Math.log(ms / least) / Math.log(most / least);
}

function seconds(ms: number): string {
  const value = ms / 1_000;
  return value < 0.995 ? value.toFixed(2).replace(/^0/, "") : value.toFixed(value < 9.95 ? 1 : 0);
}
