import type { KeyRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { Dot } from "#components/ui/badge.tsx";
import { Caption, Head, Table } from "#components/ui/table.tsx";
import { KeyGauges } from "#features/limits/components/live-gauges.tsx";
import type { Format } from "#i18n/format.ts";
import { KeyCap, KeyExpiry, KeyLastUse, KeyModels, KeyName, KeyStatus } from "./key-cells.tsx";
import { KeyMenu } from "./key-menu.tsx";

interface KeysTableProps {
  rows: KeyRow[];
  format: Format;
  now: Date;
}

/** The keys as a table where there is room for it, else as cards with the same facts. */
export function KeysTable({ rows, format, now }: KeysTableProps) {
  const translate = useTranslations("keys");
  const disabled = rows.filter((row) => row.status === "disabled").length;
  return (
    <>
      <Table label={translate("title")} className="keys">
        <thead>
          <tr>
            <Head>{translate("nameAndKey")}</Head>
            <Head>{translate("group")}</Head>
            <Head>{translate("models")}</Head>
            <Head unit={format.symbol}>{translate("capShort")}</Head>
            <Head>{translate("lastUsed")}</Head>
            <Head>{translate("expiry")}</Head>
            <Head>{translate("status")}</Head>
            <th scope="col">
              <span className="sr">{translate("actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <KeyName row={row} format={format} />
              </td>
              <td>{row.groupName}</td>
              <td>
                <KeyModels row={row} />
              </td>
              <td>
                <KeyCap row={row} format={format} />
                <KeyGauges keyId={row.id} />
              </td>
              <td className="nowrap">
                <KeyLastUse row={row} format={format} />
              </td>
              <td className="nowrap">
                <KeyExpiry row={row} format={format} now={now} />
              </td>
              <td>
                <KeyStatus row={row} />
              </td>
              <td className="num">
                <KeyMenu row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      <ul className="keycards">
        {rows.map((row) => (
          <li key={row.id}>
            <div className="row between">
              <KeyName row={row} format={format} />
              <span className="row">
                <KeyStatus row={row} />
                <KeyMenu row={row} />
              </span>
            </div>
            <KeyCap row={row} format={format} />
            <KeyGauges keyId={row.id} />
            <p className="muted">
              {row.groupName}
              <Dot />
              <KeyModels row={row} />
              <Dot />
              <KeyExpiry row={row} format={format} now={now} />
            </p>
            {row.lastUsedAt && (
              <p className="muted">
                {translate("lastUsed")} <KeyLastUse row={row} format={format} />
              </p>
            )}
          </li>
        ))}
      </ul>
      <Caption kind="table" number={1}>
        {translate("tableCaption", { count: rows.length, disabled })}
      </Caption>
    </>
  );
}
