import type { PlanningModel } from "@lyceum/db";
import { compareModels, type ModelForecast } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { Status } from "#components/ui/status.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { planOf, type SimulateView, simulationHref } from "../params.ts";

interface CompareTableProps {
  courseId: string;
  models: readonly PlanningModel[];
  view: SimulateView;
}

/** The same class with every model that the course may use, the cheapest first. */
export async function CompareTable({ courseId, models, view }: CompareTableProps) {
  const [translate, format] = await Promise.all([getTranslations("simulate"), getFormat()]);
  const rows = compareModels(planOf(view.numbers), models);
  const column = (pick: (row: ModelForecast) => bigint | null) => {
    const text = format.moneyColumn(rows.flatMap((row) => pick(row) ?? []));
    return (row: ModelForecast) => {
      const nanos = pick(row);
      return nanos === null ? "—" : text(nanos);
    };
  };
  const [total, student] = [column((row) => row.totalNanos), column((row) => row.studentNanos)];
  const unit = format.symbol.trim();
  return (
    <Table number={1} caption={translate("compareCaption")} captionAbove>
      <thead>
        <tr>
          <Head>{translate("field.model")}</Head>
          <Head numeric unit={unit}>
            {translate("total")}
          </Head>
          <Head numeric unit={unit}>
            {translate("eachStudent")}
          </Head>
          <th scope="col" className="wide-only">
            {translate("group")}
          </th>
          <th scope="col" className="wide-only">
            {translate("channels")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const model = models.find((each) => each.name === row.name);
          return (
            <tr key={row.name} aria-selected={row.name === view.model}>
              <td>
                <Link href={simulationHref(courseId, view, row.name)} scroll={false}>
                  <code className="whitespace-normal!">{row.name}</code>
                </Link>
                {!row.fits && (
                  <span className="block">
                    <Status kind="down">{translate("tooLongShort")}</Status>
                  </span>
                )}
              </td>
              <td className="num">{total(row)}</td>
              <td className="num">{student(row)}</td>
              <td className="wide-only">
                {model?.groupName} <span className="muted">{format.multiplier(model?.multiplierPpm ?? 1_000_000)}</span>
              </td>
              <td className="wide-only">{translate(`channelState.${row.channels}`)}</td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}
