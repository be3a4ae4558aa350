import type { CourseReport, ReportUsage } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Empty } from "#components/ui/empty.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";

/** What the documents say, in short: the pool, the weeks and the models; students stand in the documents. */
export async function StatementTables({ report }: { report: CourseReport }) {
  const [translate, courses, format] = await Promise.all([
    getTranslations("figures"),
    getTranslations("courses"),
    getFormat(),
  ]);
  const { pool, openingNanos, closingNanos, people } = report;
  const amounts = format.moneyColumn([openingNanos, closingNanos, ...pool.map((each) => each.amountNanos)]);
  const spent = people.reduce((sum, each) => sum - each.spentNanos, 0n);
  const left = people.reduce((sum, each) => sum + each.closingNanos, 0n);
  return (
    <div className="grid gap-6">
      <dl className="facts max-md:grid-cols-3!">
        <div>
          <dt>{translate("metrics.cost")}</dt>
          <dd>{format.money(spent)}</dd>
          <dd>{translate("byTheLedger")}</dd>
        </div>
        <div>
          <dt>{translate("leftThen")}</dt>
          <dd>{format.money(left)}</dd>
          <dd>{translate("withStudents", { count: people.length })}</dd>
        </div>
        <div>
          <dt>{courses("pool")}</dt>
          <dd>{format.money(closingNanos)}</dd>
          <dd>{translate("atTheEnd")}</dd>
        </div>
      </dl>
      <Table number={1} caption={translate("poolCaption")} captionAbove>
        <thead>
          <tr>
            <Head>{courses("entry")}</Head>
            <Head numeric unit={format.symbol.trim()}>
              {courses("amount")}
            </Head>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>{translate("opening")}</td>
            <td className="num">{amounts(openingNanos)}</td>
          </tr>
          {pool.map(({ kind, amountNanos }) => (
            <tr key={kind}>
              <td>{translate(`poolKind.${kind}`)}</td>
              <td className="num">{amounts(amountNanos)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{translate("closing")}</td>
            <td className="num">{amounts(closingNanos)}</td>
          </tr>
        </tfoot>
      </Table>
      {report.weeks.length === 0 ? (
        <Empty>{translate("nothingSpent")}</Empty>
      ) : (
        <>
          <UsageTable number={2} of={translate("weekOf")} caption={translate("weeksCaption")} rows={report.weeks} />
          <UsageTable number={3} of={translate("by.model")} caption={translate("modelsCaption")} rows={report.models} />
          <p className="caption">
            {report.otherPeriodsNanos === 0n
              ? translate("ties")
              : translate("differs", { amount: format.moneyExact(report.otherPeriodsNanos) })}
          </p>
        </>
      )}
    </div>
  );
}

async function UsageTable({
  number,
  of,
  caption,
  rows,
}: {
  number: number;
  of: string;
  caption: string;
  rows: readonly ReportUsage[];
}) {
  const [translate, format] = await Promise.all([getTranslations("figures"), getFormat()]);
  const money = format.moneyColumn(rows.map((row) => row.chargeNanos));
  const total = rows.reduce((sum, row) => sum + row.chargeNanos, 0n);
  return (
    <Table number={number} caption={caption} captionAbove>
      <thead>
        <tr>
          <Head>{of}</Head>
          <Head numeric>{translate("people")}</Head>
          <Head numeric>{translate("metrics.requests")}</Head>
          <Head numeric unit={format.symbol.trim()}>
            {translate("metrics.cost")}
          </Head>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.of}>
            <td>{row.of}</td>
            <td className="num">{format.count(row.people)}</td>
            <td className="num">{format.count(row.requests)}</td>
            <td className="num">{money(row.chargeNanos)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td>{translate("sum")}</td>
          <td className="num" />
          <td className="num">{format.count(rows.reduce((sum, row) => sum + row.requests, 0))}</td>
          <td className="num">{money(total)}</td>
        </tr>
      </tfoot>
    </Table>
  );
}
