import { getTranslations } from "next-intl/server";
import { Badge } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Status } from "#components/ui/status.tsx";
import { Head, SortHead, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { sortHref, type UserView, userHref } from "../filter.ts";
import type { PersonRow } from "../queries.ts";
import { SelectPage, SelectPerson } from "./selection.tsx";

type Translate = Awaited<ReturnType<typeof getTranslations<"users">>>;

/** From 768 px on. With the sheet open it keeps what tells people apart, and the balance. */
export async function PeopleTable({
  rows,
  view,
  names,
}: {
  rows: PersonRow[];
  view: UserView;
  names: Map<string, string>;
}) {
  const [translate, format] = await Promise.all([getTranslations("users"), getFormat()]);
  const balance = format.moneyColumn(rows.map((row) => row.balanceNanos));
  const spent = format.moneyColumn(rows.map((row) => row.spentNanos));
  const rest = view.user ? "hidden" : "max-lg:hidden";
  const sorted = (sort: UserView["sort"]) => ({
    href: sortHref(view, sort),
    direction: view.sort === sort ? (view.descending ? ("descending" as const) : ("ascending" as const)) : undefined,
  });
  return (
    <Table label={translate("title")} className="wide-only">
      <thead>
        <tr>
          <th scope="col" className="w-7">
            <SelectPage people={rows.map(toChosen)} />
          </th>
          <SortHead {...sorted("studentId")}>{translate("studentId")}</SortHead>
          <SortHead {...sorted("name")}>{translate("name")}</SortHead>
          <th scope="col" className={rest}>
            {translate("role")}
          </th>
          <Head>{translate("groups")}</Head>
          <SortHead {...sorted("balance")} numeric unit={format.symbol.trim()}>
            {translate("balance")}
          </SortHead>
          <th scope="col" className={`num ${rest}`}>
            {translate("month")}
            <span className="unit"> / {format.symbol.trim()}</span>
          </th>
          <SortHead {...sorted("lastUsed")}>{translate("lastUsed")}</SortHead>
          <th scope="col" className={rest}>
            {translate("status")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} aria-selected={row.id === view.user} className="has-checked:[&>td]:bg-accent-soft">
            <td>
              <SelectPerson person={toChosen(row)} />
            </td>
            <td className="nowrap">{row.studentId}</td>
            <td>
              <span className="row wrap">
                <Link className="text-text" href={userHref(view, { user: row.id })} scroll={false}>
                  {row.name}
                </Link>
                {!row.verified && <Status kind="warn">{translate("unverified")}</Status>}
              </span>
            </td>
            <td className={`nowrap ${rest}`}>
              {row.role === "student" ? <span className="muted">{translate("student")}</span> : translate(row.role)}
            </td>
            <td>
              <span className="row wrap">
                {row.groups.map((group) => (
                  <Badge key={group}>{names.get(group) ?? group}</Badge>
                ))}
              </span>
            </td>
            <td className="num">{balance(row.balanceNanos)}</td>
            <td className={`num ${rest}`}>{spent(row.spentNanos)}</td>
            <td className="muted nowrap">
              {row.lastUsedAt ? (
                <span title={format.exact(row.lastUsedAt)}>{format.relative(row.lastUsedAt)}</span>
              ) : (
                <Status kind="none">{translate("neverUsed")}</Status>
              )}
            </td>
            <td className={rest}>
              <PersonStatus disabled={row.disabled} translate={translate} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

export function PersonStatus({ disabled, translate }: { disabled: boolean; translate: Translate }) {
  return disabled ? (
    <Status kind="off">{translate("disabled")}</Status>
  ) : (
    <Status kind="ok">{translate("active")}</Status>
  );
}

/** What crosses to the client for a tick. */
export function toChosen({ id, studentId, name, balanceNanos }: PersonRow) {
  return { id, studentId, name, balanceNanos };
}
