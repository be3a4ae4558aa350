import type { ChosenMember, CourseMemberRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { Status } from "#components/ui/status.tsx";
import { SortHead, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { type MemberSort, type MemberView, memberHref, sortHref } from "../filter.ts";
import { MemberStatus } from "./member-status.tsx";
import { SelectMember, SelectPage } from "./selection.tsx";

interface MembersProps {
  courseId: string;
  rows: CourseMemberRow[];
  view: MemberView;
  /** Nobody can be chosen where nothing can be done. */
  canChoose: boolean;
}

/** From 768 px on. With the sheet open it keeps what tells members apart, and their money. */
export async function MembersTable({ courseId, rows, view, canChoose }: MembersProps) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  const left = format.moneyColumn(rows.map(leftOf));
  const spent = format.moneyColumn(rows.map((row) => row.spentNanos));
  const rest = view.member ? "hidden" : "";
  const sorted = (sort: MemberSort) => ({
    href: sortHref(courseId, view, sort),
    direction: view.sort === sort ? (view.descending ? ("descending" as const) : ("ascending" as const)) : undefined,
  });
  const unit = format.symbol.trim();
  return (
    <Table label={translate("tab.members")} className="wide-only">
      <thead>
        <tr>
          {canChoose && (
            <th scope="col" className="w-7">
              <SelectPage members={rows.map(toChosen)} />
            </th>
          )}
          <SortHead {...sorted("studentId")}>{translate("studentId")}</SortHead>
          <SortHead {...sorted("name")}>{translate("name")}</SortHead>
          {!view.member && <SortHead {...sorted("section")}>{translate("section")}</SortHead>}
          <SortHead {...sorted("balance")} numeric unit={unit}>
            {translate("moneyLeft")}
          </SortHead>
          <SortHead {...sorted("spent")} numeric unit={unit}>
            {translate("spent")}
          </SortHead>
          {!view.member && <SortHead {...sorted("lastUsed")}>{translate("lastUsed")}</SortHead>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} aria-selected={row.id === view.member} className="has-checked:[&>td]:bg-accent-soft">
            {canChoose && (
              <td>
                <SelectMember member={toChosen(row)} />
              </td>
            )}
            <td className="nowrap">{row.studentId}</td>
            <td>
              <span className="row wrap">
                <Link className="text-text" href={memberHref(courseId, view, { member: row.id })} scroll={false}>
                  {row.name}
                </Link>
                <MemberStatus member={row} />
              </span>
            </td>
            <td className={rest}>{row.section}</td>
            <td className="num">
              {left(leftOf(row))}
              {row.waitingNanos > 0n && <span className="block muted tiny">{translate("waits")}</span>}
            </td>
            <td className="num">{spent(row.spentNanos)}</td>
            <td className={`muted nowrap ${rest}`}>
              <LastUsed at={row.lastUsedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** Phones: two lines for each member. */
export async function MembersList({ courseId, rows, view, canChoose }: MembersProps) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  return (
    <div className="narrow-only">
      {canChoose && (
        <div className="row border-b border-rule py-2 text-sm text-muted">
          <SelectPage members={rows.map(toChosen)} />
          <span aria-hidden="true">{translate("choosePage")}</span>
        </div>
      )}
      <ul className="border-b-[1.5px] border-rule">
        {rows.map((row) => (
          <li
            key={row.id}
            className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-4 border-t border-line py-1.5 has-checked:bg-accent-soft first:border-t-0"
          >
            <span className="row-span-2 self-start pt-0.5">{canChoose && <SelectMember member={toChosen(row)} />}</span>
            <Link className="medium text-text" href={memberHref(courseId, view, { member: row.id })} scroll={false}>
              {row.name}
            </Link>
            <span className="num">{format.money(leftOf(row))}</span>
            <span className="row wrap small muted">
              {row.studentId}
              <MemberStatus member={row} />
            </span>
            <span className="num small muted">
              {translate("spent")} {format.money(row.spentNanos)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

async function LastUsed({ at }: { at: Date | null }) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  if (at === null) return <Status kind="none">{translate("neverUsed")}</Status>;
  return <span title={format.exact(at)}>{format.relative(at)}</span>;
}

/** Of this course's money: at hand, or waiting for the ID to be proven. */
function leftOf(row: CourseMemberRow): bigint {
  return row.balanceNanos + row.waitingNanos;
}

/** What crosses to the client for a tick. */
function toChosen(row: CourseMemberRow): ChosenMember {
  return { id: row.id, studentId: row.studentId, name: row.name, nowNanos: leftOf(row) };
}
