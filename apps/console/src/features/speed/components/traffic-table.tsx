import type { ModelSpeed, SquareSpeed } from "@lyceum/db";
import { SPEED_ERROR } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { Link } from "#components/ui/link.tsx";
import { Table, Unit } from "#components/ui/table.tsx";
import type { Format } from "#i18n/format.ts";

interface TrafficTableProps {
  models: { id: string; name: string }[];
  speeds: ReadonlyMap<string, SquareSpeed>;
  hrefOf: (model: string) => string;
  current: string | null;
  number: number;
  format: Format;
}

/** The same figures from everybody's requests, over the last day and week. */
export function TrafficTable({ models, speeds, hrefOf, current, number, format }: TrafficTableProps) {
  const translate = useTranslations("speed");
  return (
    <Table number={number} caption={translate("trafficCaption", { error: format.percent(SPEED_ERROR) })}>
      <thead>
        <tr>
          <th scope="col" rowSpan={2}>
            {translate("model")}
          </th>
          <th scope="colgroup" className="num" colSpan={2}>
            TTFT {translate("p50")}
            <Unit>s</Unit>
          </th>
          <th scope="colgroup" className="num" colSpan={2}>
            {translate("decode")}
            <Unit>tok/s</Unit>
          </th>
          <th scope="col" className="num wide-only" rowSpan={2}>
            n, {translate("week")}
          </th>
          <th scope="col" rowSpan={2}>
            {translate("load")}
          </th>
        </tr>
        <tr>
          {["ttft", "rate"].flatMap((kind) =>
            (["day", "week"] as const).map((span) => (
              <th key={kind + span} scope="col" className="num">
                {translate(span)}
              </th>
            )),
          )}
        </tr>
      </thead>
      <tbody>
        {models.map((model) => {
          const speed = speeds.get(model.id);
          return (
            <tr key={model.id} aria-selected={model.name === current ? true : undefined}>
              <td>
                <Link href={hrefOf(model.name)} scroll={false}>
                  <code className="whitespace-normal!">{model.name}</code>
                </Link>
              </td>
              <td className="num">{ttftText(speed?.day)}</td>
              <td className="num">{ttftText(speed?.week)}</td>
              <td className="num">{rateText(speed?.day)}</td>
              <td className="num">{rateText(speed?.week)}</td>
              <td className="num wide-only">{speed?.week ? format.count(speed.week.requests) : "—"}</td>
              <td className="nowrap">
                {speed?.load ? (
                  translate(`load_${speed.load}`)
                ) : (
                  <span className="muted">{translate("noTraffic")}</span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}

function ttftText(speed: ModelSpeed | null | undefined): string {
  return speed?.ttftP50Ms ? (speed.ttftP50Ms / 1_000).toFixed(2) : "—";
}

function rateText(speed: ModelSpeed | null | undefined): string {
  return speed?.tokensPerSecond ? speed.tokensPerSecond.toFixed(speed.tokensPerSecond < 10 ? 1 : 0) : "—";
}
