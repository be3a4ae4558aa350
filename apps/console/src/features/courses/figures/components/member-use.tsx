import { getCourseMember, type SessionUser, type UsageSums } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { ButtonLink } from "#components/ui/button.tsx";
import { Head, Table } from "#components/ui/table.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { orMissing } from "../../queries.ts";
import { type CourseUseParams, courseUseHref } from "../params.ts";

interface MemberUseProps {
  actor: SessionUser;
  courseId: string;
  params: CourseUseParams;
  memberId: string;
  total: UsageSums;
}

/** Whose use is shown, and its sums. */
export async function MemberHead({ actor, courseId, params, memberId, total }: MemberUseProps) {
  const [{ member }, translate, format] = await Promise.all([
    orMissing(getCourseMember(getDb(), actor, courseId, memberId)),
    getTranslations("figures"),
    getFormat(),
  ]);
  const facts = [
    { term: translate("metrics.cost"), value: format.moneySummary(total.chargeNanos), note: translate("inThisTime") },
    {
      term: translate("metrics.requests"),
      value: format.count(total.requests),
      note: translate("unfinishedCount", { count: total.failures }),
    },
    {
      term: translate("left"),
      value: format.money(member.balanceNanos + member.waitingNanos),
      note: translate("spentEver", { amount: format.money(member.spentNanos) }),
    },
  ];
  return (
    <div className="grid gap-4 mb-4">
      <div className="row wrap">
        <h2>
          {member.name} <span className="muted small">{member.studentId}</span>
        </h2>
        <ButtonLink size="sm" href={`/courses/${courseId}?member=${member.id}`}>
          {translate("toMember")}
        </ButtonLink>
        <ButtonLink size="sm" variant="ghost" href={courseUseHref(courseId, params, { member: null })}>
          {translate("toEverybody")}
        </ButtonLink>
      </div>
      <dl className="facts max-md:grid-cols-3!">
        {facts.map(({ term, value, note }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
            <dd>{note}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Table 2 of one member: what was given and went back. */
export async function MemberGrants({
  actor,
  courseId,
  memberId,
}: Pick<MemberUseProps, "actor" | "courseId" | "memberId">) {
  const [{ money }, translate, courses, format] = await Promise.all([
    orMissing(getCourseMember(getDb(), actor, courseId, memberId)),
    getTranslations("figures"),
    getTranslations("courses"),
    getFormat(),
  ]);
  if (money.length === 0) return <p className="muted small">{courses("noGrants")}</p>;
  const amounts = format.moneyColumn(money.map((line) => line.amountNanos));
  return (
    <Table number={2} caption={translate("grantsCaption")} captionAbove>
      <thead>
        <tr>
          <Head>{courses("entry")}</Head>
          <Head numeric unit={format.symbol.trim()}>
            {courses("amount")}
          </Head>
        </tr>
      </thead>
      <tbody>
        {money.map((line) => (
          <tr key={line.id}>
            <td>
              {courses(`entryKind.${line.kind}`)}{" "}
              <span className="muted" title={format.exact(line.at)}>
                {format.dateTime(line.at)}
              </span>
              <span className="block muted tiny">
                {[line.actorName, line.reason].filter(Boolean).join(courses("colon"))}
              </span>
            </td>
            <td className="num">{`${line.amountNanos > 0n ? "+" : ""}${amounts(line.amountNanos)}`}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
