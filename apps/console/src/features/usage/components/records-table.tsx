import type { Page, UsageRecordRow } from "@lyceum/db";
import { MAX_COUNTED_RECORDS } from "@lyceum/db";
import { formatRequestId } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import type { Format } from "#i18n/format.ts";
import { type UsageParams, usageHref } from "../params.ts";
import { sourceText } from "../source.ts";
import { Outcome } from "./outcome.tsx";

interface RecordsTableProps {
  records: Page<UsageRecordRow>;
  params: UsageParams;
  format: Format;
  /** Id of the request whose receipt is open. */
  open: string | null;
}

/** Table 2: single requests, newest first; each opens its receipt. */
export async function RecordsTable({ records, params, format, open }: RecordsTableProps) {
  const translate = await getTranslations("usage");
  const { rows, total } = records;
  const money = format.moneyColumn(rows.map((row) => row.chargeNanos));
  const caption = total >= MAX_COUNTED_RECORDS ? translate("recordsMany", { count: format.count(total) }) : "";
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  return (
    <>
      <Table number={2} caption={translate("recordsCaption") + caption} captionAbove>
        <thead>
          <tr>
            <Head>{translate("time")}</Head>
            <Head>{translate("model")}</Head>
            <th scope="col" className="wide-only">
              {translate("key")}
            </th>
            <th scope="col" className="num wide-only">
              {translate("input")}
            </th>
            <th scope="col" className="num wide-only">
              {translate("output")}
            </th>
            <Head numeric unit={format.symbol}>
              {translate("cost")}
            </Head>
            <th scope="col" className="num wide-only">
              {translate("duration")}
              <span className="unit"> / s</span>
            </th>
            <Head>{translate("outcome")}</Head>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} aria-selected={row.id === open ? true : undefined}>
              <td className="nowrap">
                <Link
                  href={usageHref(params, { request: formatRequestId(row.id) })}
                  scroll={false}
                  title={format.exact(row.admittedAt)}
                >
                  {format.dateTime(row.admittedAt)}
                </Link>
              </td>
              <td>
                <code className="whitespace-normal!">{row.model}</code>
              </td>
              <td className="wide-only">{sourceText(row, translate)}</td>
              <td className="num wide-only">{format.count(row.inputTokens)}</td>
              <td className="num wide-only">{format.count(row.outputTokens)}</td>
              <td className="num">
                {row.priceId === null ? (
                  <span className="muted">{translate("unpricedCell")}</span>
                ) : (
                  money(row.chargeNanos)
                )}
              </td>
              <td className="num wide-only">{seconds(row.totalMs)}</td>
              <td>
                <Outcome outcome={row.outcome} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Pagination
        page={records.page}
        pageSize={records.pageSize}
        total={total}
        href={(page) => usageHref(params, { page, request: null })}
      />
    </>
  );
}
