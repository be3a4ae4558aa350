import type { CourseSpenders } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { type CourseUseParams, courseUseHref } from "../params.ts";

/** Rows of the table. */
const SHOWN = 10;

/** Table 2: who spent most in the time shown. */
export async function Spenders({
  spenders,
  courseId,
  params,
}: {
  spenders: CourseSpenders;
  courseId: string;
  params: CourseUseParams;
}) {
  const [translate, courses, format] = await Promise.all([
    getTranslations("figures"),
    getTranslations("courses"),
    getFormat(),
  ]);
  const rows = spenders.rows.slice(0, SHOWN);
  const money = format.moneyColumn(rows.map((row) => row.chargeNanos));
  const whole = spenders.total.chargeNanos;
  return (
    <Table
      number={2}
      caption={translate("spendersCaption", { shown: rows.length, people: spenders.people })}
      captionAbove
    >
      <thead>
        <tr>
          <Head>{translate("by.student")}</Head>
          <th scope="col" className="wide-only">
            {courses("studentId")}
          </th>
          <Head numeric>{translate("metrics.requests")}</Head>
          <Head numeric unit={format.symbol.trim()}>
            {translate("metrics.cost")}
          </Head>
          <Head numeric>{translate("share")}</Head>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.accountId}>
            <td>
              {row.memberId === null ? (
                row.name
              ) : (
                <Link href={courseUseHref(courseId, params, { member: row.memberId })}>{row.name}</Link>
              )}
            </td>
            <td className="muted nowrap wide-only">{row.studentId}</td>
            <td className="num">{format.count(row.requests)}</td>
            <td className="num">{money(row.chargeNanos)}</td>
            <td className="num">
              {whole === 0n ? "—" : format.percent(Number((row.chargeNanos * 100_000n) / whole) / 100_000)}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
