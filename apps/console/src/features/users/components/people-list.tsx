import { getTranslations } from "next-intl/server";
import { Link } from "#components/ui/link.tsx";
import { Status } from "#components/ui/status.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { type UserView, userHref } from "../filter.ts";
import type { PersonRow } from "../queries.ts";
import { toChosen } from "./people-table.tsx";
import { SelectPage, SelectPerson } from "./selection.tsx";

/** Phones: two lines for each person. */
export async function PeopleList({ rows, view }: { rows: PersonRow[]; view: UserView }) {
  const [translate, format] = await Promise.all([getTranslations("users"), getFormat()]);
  return (
    <div className="narrow-only">
      <div className="row border-b border-rule py-2 text-sm text-muted">
        <SelectPage people={rows.map(toChosen)} />
        <span aria-hidden="true">{translate("choosePage")}</span>
      </div>
      <ul className="border-b-[1.5px] border-rule">
        {rows.map((row) => (
          <li
            key={row.id}
            className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-4 border-t border-line py-1.5 has-checked:bg-accent-soft first:border-t-0"
          >
            <span className="row-span-2 self-start pt-0.5">
              <SelectPerson person={toChosen(row)} />
            </span>
            <Link className="medium text-text" href={userHref(view, { user: row.id })} scroll={false}>
              {row.name}
            </Link>
            <span className="num">{format.money(row.balanceNanos)}</span>
            <span className="row wrap small muted">
              {row.studentId}
              {!row.verified && <Status kind="warn">{translate("unverified")}</Status>}
              {row.disabled && <Status kind="off">{translate("disabled")}</Status>}
            </span>
            <span className="num small muted">
              {translate("month")} {format.money(row.spentNanos)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
