import type { AuditRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { AdminLink } from "#components/shell/admin-link.tsx";
import { Link } from "#components/ui/link.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { type AuditWords, getAuditWords, targetHref } from "../words.ts";
import { EntryDetails } from "./entry-details.tsx";

export async function AuditTable({ rows }: { rows: AuditRow[] }) {
  const [translate, format, words] = await Promise.all([getTranslations("audit"), getFormat(), getAuditWords()]);
  return (
    <>
      <Table label={translate("title")} className="wide-only">
        <thead>
          <tr>
            <Head>{translate("time")}</Head>
            <Head>{translate("actor")}</Head>
            <Head>{translate("act")}</Head>
            <Head>{translate("target")}</Head>
            <Head>{translate("details")}</Head>
            <Head>IP</Head>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} className="align-top">
              <td className="nowrap muted" title={format.exact(row.createdAt)}>
                {format.dateTime(row.createdAt)}
              </td>
              <td>
                <Actor row={row} words={words} />
              </td>
              <td className="nowrap">{words.act(row.action)}</td>
              <td>
                <Target row={row} words={words} />
              </td>
              <td className="w-2/5 max-w-0">
                <EntryDetails row={row} words={words} />
              </td>
              <td className="nowrap muted">{row.ip || "–"}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      <ul className="narrow-only border-y-[1.5px] border-rule">
        {rows.map((row) => (
          <li
            key={row.id}
            className="grid grid-cols-[minmax(0,1fr)] gap-0.5 border-t border-line py-2 text-sm first:border-t-0"
          >
            <span className="row between">
              <span className="medium">{words.act(row.action)}</span>
              <span className="muted nowrap">{format.dateTime(row.createdAt)}</span>
            </span>
            <span>
              <Target row={row} words={words} />
            </span>
            <EntryDetails row={row} words={words} />
            <span className="muted">
              <Actor row={row} words={words} /> {row.ip}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Actor({ row, words }: { row: AuditRow; words: AuditWords }) {
  if (row.actorId === null) return <span className="muted">{words.actor(row)}</span>;
  return <AdminLink href={`/admin/users?user=${row.actorId}`}>{row.actorName}</AdminLink>;
}

function Target({ row, words }: { row: AuditRow; words: AuditWords }) {
  const href = targetHref(row);
  const name = row.targetKind === "setting" ? words.setting(row.targetName) : row.targetName || row.targetId;
  return (
    <>
      <span className="muted">{words.kind(row.targetKind)}</span>{" "}
      {href === null ? (
        name
      ) : href.startsWith("/admin/") ? (
        <AdminLink href={href}>{name}</AdminLink>
      ) : (
        <Link className="underline underline-offset-3" href={href}>
          {name}
        </Link>
      )}
    </>
  );
}
