import { courseAsOf, getCourseMember, type MemberNote, type SessionUser } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Dot } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { parseDay, startOfDay } from "#i18n/zoned-day.ts";
import { getDb } from "#server/db.ts";
import { getSettings } from "#server/settings.ts";
import { keptParams, type MemberView, memberHref } from "../filter.ts";
import { orMissing } from "../queries.ts";
import { AsOfForm } from "./as-of-form.tsx";
import type { FundedCourse } from "./fund-dialog.tsx";
import { MemberActs } from "./member-acts.tsx";
import { MemberStatus } from "./member-status.tsx";

interface MemberSheetProps {
  actor: SessionUser;
  course: FundedCourse & { isOpen: boolean };
  memberId: string;
  view: MemberView;
}

/** One member beside the list: money of the course, what was given, what changed, and how all of it stood on a day. */
export async function MemberSheet({ actor, course, memberId, view }: MemberSheetProps) {
  const db = getDb();
  const [{ member, notes, money }, translate, format] = await Promise.all([
    orMissing(getCourseMember(db, actor, course.id, memberId)),
    getTranslations("courses"),
    getFormat(),
  ]);
  const nowNanos = member.balanceNanos + member.waitingNanos;
  const facts = (
    <span className="row wrap">
      <span>
        {member.studentId}
        {member.section && (
          <>
            <Dot />
            {member.section}
          </>
        )}
      </span>
      <MemberStatus member={member} />
    </span>
  );
  const amounts = format.moneyColumn(money.map((line) => line.amountNanos));
  const { id, studentId, name, standing } = member;
  const canAct = course.isOpen && member.state === "active";
  return (
    <Sheet
      key={member.id}
      title={name}
      facts={facts}
      closeHref={memberHref(course.id, view, { member: undefined })}
      foot={
        canAct && (
          <MemberActs
            course={course}
            member={{ id, studentId, name, nowNanos, standing, isStudent: member.role === "student" }}
          />
        )
      }
    >
      <div className="grid gap-6">
        <dl className="facts">
          <div>
            <dt>{translate("moneyLeft")}</dt>
            <dd>{format.money(nowNanos)}</dd>
            {member.waitingNanos > 0n && <dd>{translate("waitsLong")}</dd>}
          </div>
          <div>
            <dt>{translate("spent")}</dt>
            <dd>{format.money(member.spentNanos)}</dd>
            <dd>
              <Link href={`/courses/${course.id}/use?member=${member.id}`}>{translate("toUse")}</Link>
            </dd>
          </div>
        </dl>
        <p className="muted small">
          {member.lastUsedAt ? (
            <>
              {translate("lastUsed")}{" "}
              <span title={format.exact(member.lastUsedAt)}>{format.relative(member.lastUsedAt)}</span>
            </>
          ) : (
            translate("use.unused")
          )}
        </p>
        <section className="stack">
          <h3>{translate("asOf")}</h3>
          <AsOfForm
            path={`/courses/${course.id}`}
            day={view.at}
            keep={{ ...keptParams(view), q: view.search, member: id }}
          />
          {view.at && <Then actor={actor} courseId={course.id} memberId={id} day={view.at} />}
        </section>
        <section className="stack">
          <h3>{translate("grants")}</h3>
          {money.length === 0 ? (
            <p className="muted small">{translate("noGrants")}</p>
          ) : (
            <Table label={translate("grants")}>
              <thead>
                <tr>
                  <Head>{translate("entry")}</Head>
                  <Head numeric unit={format.symbol.trim()}>
                    {translate("amount")}
                  </Head>
                </tr>
              </thead>
              <tbody>
                {money.map((line) => (
                  <tr key={line.id}>
                    <td>
                      {translate(`entryKind.${line.kind}`)}{" "}
                      <span className="muted" title={format.exact(line.at)}>
                        {format.dateTime(line.at)}
                      </span>
                      <span className="block muted tiny">
                        {[line.actorName, line.reason].filter(Boolean).join(translate("colon"))}
                      </span>
                    </td>
                    <td className="num">{`${line.amountNanos > 0n ? "+" : ""}${amounts(line.amountNanos)}`}</td>
                  </tr>
                ))}
              </tbody>
            </Table>
          )}
        </section>
        <section className="stack">
          <h3>{translate("changes")}</h3>
          <ul className="text-sm">
            {notes.map((note) => (
              <Note key={note.id} note={note} />
            ))}
          </ul>
        </section>
      </div>
    </Sheet>
  );
}

async function Note({ note }: { note: MemberNote }) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  const { name, section, role } = note.after;
  return (
    <li className="border-b border-line py-1.5">
      {translate(`noteKind.${note.kind}`)}{" "}
      <span className="muted" title={format.exact(note.at)}>
        {format.dateTime(note.at)}
      </span>
      <span className="block muted tiny">
        {[name, section, translate(`authority.${role}`), note.actorName].filter(Boolean).join(" · ")}
      </span>
    </li>
  );
}

/** How it stood at the end of a day, from the course's history and the ledger. */
async function Then({
  actor,
  courseId,
  memberId,
  day,
}: {
  actor: SessionUser;
  courseId: string;
  memberId: string;
  day: string;
}) {
  const [translate, format, { timeZone }] = await Promise.all([getTranslations("courses"), getFormat(), getSettings()]);
  const begins = parseDay(day, timeZone);
  if (begins === null) return <p className="muted small">{translate("dateWrong")}</p>;
  const at = new Date(startOfDay(begins, timeZone, 1).getTime() - 1);
  const members = await orMissing(courseAsOf(getDb(), actor, courseId, at));
  const then = members.find((each) => each.memberId === memberId);
  if (then === undefined) return <p className="muted small">{translate("notYetThen")}</p>;
  const rows = [
    [translate("status"), then.facts.state === "left" ? translate("left") : translate(`authority.${then.facts.role}`)],
    [translate("section"), then.facts.section ?? "–"],
    [translate("moneyLeft"), format.money(then.balanceNanos)],
    [translate("grantedSoFar"), format.money(then.grantedNanos)],
    [translate("spentSoFar"), format.money(then.spentNanos)],
    [translate("waitsLong"), format.money(then.waitingNanos)],
  ] as const;
  return (
    <dl className="kv">
      {rows.map(([term, value]) => (
        <div key={term} className="contents">
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
