"use client";
import { useTranslations } from "next-intl";
import { Notice } from "#components/ui/notice.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { useFormat } from "#i18n/format-context.tsx";

export interface MissingRow {
  studentId: string;
  name: string;
  missingNanos: bigint;
  afterNanos: bigint;
}

/** Whose balance could not be brought down to the target, because running requests hold a part of it. */
export function MissingTable({ rows }: { rows: MissingRow[] }) {
  const translate = useTranslations("users");
  const format = useFormat();
  const money = format.moneyColumn(rows.flatMap((row) => [row.missingNanos, row.afterNanos]));
  return (
    <>
      <Notice tone="warning">{translate("missing", { count: rows.length })}</Notice>
      <Table label={translate("missing", { count: rows.length })}>
        <thead>
          <tr>
            <Head>{translate("studentId")}</Head>
            <Head>{translate("name")}</Head>
            <Head numeric unit={format.symbol.trim()}>
              {translate("notTaken")}
            </Head>
            <Head numeric unit={format.symbol.trim()}>
              {translate("balance")}
            </Head>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.studentId}>
              <td>{row.studentId}</td>
              <td>{row.name}</td>
              <td className="num">{money(row.missingNanos)}</td>
              <td className="num">{money(row.afterNanos)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </>
  );
}
