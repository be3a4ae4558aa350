import {
  getBalance,
  getCampusLink,
  getUser,
  getUserLimits,
  listAllowances,
  listEntries,
  listGroups,
  listKeys,
} from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { Badge, Dot } from "#components/ui/badge.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { Status } from "#components/ui/status.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { type UserView, userHref } from "../filter.ts";
import { BalanceButtons } from "./balance-buttons.tsx";
import { GroupsButton } from "./groups-button.tsx";
import { PersonStatus } from "./people-table.tsx";
import { PersonActions } from "./person-actions.tsx";
import { PersonAllowances } from "./person-allowances.tsx";
import { PersonCredits } from "./person-credits.tsx";
import { PersonEntries } from "./person-entries.tsx";
import { PersonKeys } from "./person-keys.tsx";
import { PersonLimits } from "./person-limits.tsx";

const ENTRIES = 8;

/** Everything about one person, beside the list. An address of nobody shows the list alone. */
export async function PersonSheet({ userId, view }: { userId: string; view: UserView }) {
  const db = getDb();
  const person = await getUser(db, userId).catch(missing);
  if (person === null) return null;
  const [balance, link, allowances, entries, keys, groups, limits, translate, campus, format] = await Promise.all([
    getBalance(db, userId),
    getCampusLink(db, userId),
    listAllowances(db, { accountIds: [person.accountId] }),
    listEntries(db, person.accountId, { pageSize: ENTRIES }),
    listKeys(db, userId),
    listGroups(db),
    getUserLimits(db, userId),
    getTranslations("users"),
    getTranslations("campus"),
    getFormat(),
  ]);
  const { id, name, studentId, balanceNanos, role, verified, disabled } = person;
  const facts = (
    <span className="row wrap">
      <span>
        {studentId}
        <Dot />
        {translate(role)}
        <Dot />
        {translate("since", { date: format.date(person.createdAt) })}
      </span>
      {verified ? null : <Status kind="warn">{translate("unverified")}</Status>}
      {link && (
        <Status kind="ok">
          <span title={campus("linked", { date: format.date(link.linkedAt) })}>{campus("verifiedBy")}</span>
        </Status>
      )}
      {disabled && <PersonStatus disabled translate={translate} />}
    </span>
  );
  return (
    <Sheet
      key={id}
      title={name}
      facts={facts}
      closeHref={userHref(view, { user: undefined })}
      foot={<PersonActions person={{ id, studentId, name, role, verified, disabled, isLinked: link !== null }} />}
    >
      <div className="grid gap-6">
        <section className="stack">
          <div className="row wrap between">
            <div>
              <h3>{translate("balance")}</h3>
              <p className="text-xl font-semibold">{format.money(balance.balanceNanos)}</p>
            </div>
            <BalanceButtons person={{ id, studentId, name, balanceNanos }} />
          </div>
          {balance.reservedNanos > 0n && (
            <p className="muted small">{translate("reserved", { amount: format.money(balance.reservedNanos) })}</p>
          )}
          <PersonCredits credits={balance.credits} />
        </section>
        <PersonAllowances person={{ id, name }} allowances={allowances.rows} />
        <section className="stack">
          <div className="row between">
            <h3>{translate("groups")}</h3>
            <GroupsButton person={person} groups={groups.filter((group) => !group.isOpen)} />
          </div>
          <p className="row wrap">
            {groups
              .filter((group) => group.isOpen || person.groups.includes(group.id))
              .map((group) => (
                <Badge key={group.id}>
                  {group.name} {format.multiplier(group.multiplierPpm)}
                </Badge>
              ))}
          </p>
        </section>
        <PersonLimits person={person} limits={limits} />
        <PersonKeys userId={id} keys={keys} />
        <PersonEntries entries={entries} />
      </div>
    </Sheet>
  );
}

function missing(error: unknown): null {
  if (error instanceof AppError && error.code === "not_found") return null;
  throw error;
}
