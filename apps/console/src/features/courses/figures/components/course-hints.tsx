import type { WeekPerson } from "@lyceum/db";
import { type CourseHint, hintLimits } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { ButtonLink } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { getFormat } from "#i18n/server-format.ts";
import type { CourseUseParams } from "../params.ts";
import { courseUseHref } from "../params.ts";
import type { NamedHints } from "../queries.ts";

interface CourseHintsProps extends NamedHints {
  courseId: string;
  params: CourseUseParams;
}

/** Names in a row; more are counted. */
const NAMES = 5;

/** What stands out in the last seven days, with what can be done about it; never what was asked. */
export async function CourseHints({ hints, people, courseId, params }: CourseHintsProps) {
  const translate = await getTranslations("figures");
  if (hints.length === 0) return <p className="small muted mb-4">{translate("noHints")}</p>;
  return (
    <section className="grid gap-2 mb-6" aria-label={translate("hints")}>
      {hints.map((hint, place) => (
        <Hint key={place} hint={hint} people={people} courseId={courseId} params={params} />
      ))}
    </section>
  );
}

async function Hint({
  hint,
  people,
  courseId,
  params,
}: {
  hint: CourseHint;
  people: Map<string, WeekPerson>;
  courseId: string;
  params: CourseUseParams;
}) {
  const [translate, format] = await Promise.all([getTranslations("figures"), getFormat()]);
  const person = (accountId: string) => {
    const found = people.get(accountId);
    if (found === undefined) return translate("somebody");
    if (found.memberId === null) return found.name;
    return (
      <Link className="underline" href={courseUseHref(courseId, params, { member: found.memberId })}>
        {found.name}
      </Link>
    );
  };
  if (hint.kind === "far-above-median") {
    const shown = hint.spenders.slice(0, NAMES);
    return (
      <Notice
        tone="warning"
        action={
          <ButtonLink size="sm" href={`/courses/${courseId}?sort=spent&order=desc`}>
            {translate("toSpenders")}
          </ButtonLink>
        }
      >
        {translate("farAbove", {
          count: hint.spenders.length,
          times: hintLimits.timesMedian,
          median: format.money(hint.medianNanos),
        })}{" "}
        {shown.map((each, place) => (
          <span key={each.accountId}>
            {place > 0 && translate("comma")}
            {person(each.accountId)} {format.money(each.chargeNanos)}
          </span>
        ))}
        {hint.spenders.length > NAMES && translate("andMore", { count: hint.spenders.length - NAMES })}
      </Notice>
    );
  }
  if (hint.kind === "busy-key") {
    const member = people.get(hint.accountId)?.memberId;
    return (
      <Notice
        tone="warning"
        action={
          member && (
            <ButtonLink size="sm" href={`/courses/${courseId}?member=${member}`}>
              {translate("toCap")}
            </ButtonLink>
          )
        }
      >
        {person(hint.accountId)}
        {translate("busyKey", {
          key: hint.keyName,
          count: format.count(hint.requests),
          hour: format.dateTime(hint.hour),
        })}
      </Notice>
    );
  }
  return (
    <Notice
      action={
        <ButtonLink size="sm" href={`/courses/${courseId}/simulate`}>
          {translate("toCompare")}
        </ButtonLink>
      }
    >
      {translate("oneModel", { share: format.percent(hint.share), model: hint.model })}
    </Notice>
  );
}
