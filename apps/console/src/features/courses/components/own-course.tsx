import type { CourseDetail, OwnCourseView, SessionUser } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { Section } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { Caption, Head, Table } from "#components/ui/table.tsx";
import { AskPanel } from "#features/requests/components/ask-panel.tsx";
import { getFormat } from "#i18n/server-format.ts";

/** A course as its student sees it: the money and what it went to, the models, how to ask for more and whom. */
export async function OwnCourse({
  actor,
  course,
  own,
}: {
  actor: SessionUser;
  course: CourseDetail;
  own: OwnCourseView;
}) {
  return (
    <>
      <OwnMoney course={course} own={own} />
      <OpenModels course={course} own={own} />
      <AskPanel user={actor} courseId={course.id} />
      <SpentOn own={own} />
      <Staff course={course} />
    </>
  );
}

/** A key in the course's group, which is then chosen already. */
export async function OwnCourseActions({ course, own }: { course: CourseDetail; own: OwnCourseView }) {
  const translate = await getTranslations("courses");
  if (course.hasEnded || (course.startsAt !== null && course.startsAt > new Date())) return null;
  const [group] = own.groups;
  return (
    <ButtonLink variant="primary" href={group === undefined ? "/keys" : `/keys?group=${encodeURIComponent(group.id)}`}>
      {translate("own.createKey")}
    </ButtonLink>
  );
}

async function OwnMoney({ course, own }: { course: CourseDetail; own: OwnCourseView }) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  const until = own.endsAt ?? course.endsAt;
  const facts = [
    {
      term: translate("moneyLeft"),
      nanos: own.balanceNanos,
      note:
        own.balanceNanos === 0n
          ? translate("own.nothingLeft")
          : translate("own.validTo", { date: format.date(new Date(until.getTime() - 1)) }),
    },
    {
      term: translate("own.spent"),
      nanos: own.spentNanos,
      note: translate("own.spentNote", { week: format.money(own.weekNanos), count: own.requests }),
    },
    ...(own.waitingNanos > 0n
      ? [{ term: translate("setAside"), nanos: own.waitingNanos, note: translate("own.waitsNote") }]
      : []),
    ...(own.next === null
      ? []
      : [
          {
            term: translate("own.next"),
            nanos: own.next.amountNanos,
            note: translate("own.nextOn", { date: format.date(own.next.at) }),
          },
        ]),
  ];
  return (
    <>
      <dl className="facts">
        {facts.map(({ term, nanos, note }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{format.money(nanos)}</dd>
            <dd>{note}</dd>
          </div>
        ))}
      </dl>
      <p className="muted small mt-2">{translate("own.anyModel")}</p>
    </>
  );
}

async function OpenModels({ course, own }: { course: CourseDetail; own: OwnCourseView }) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  const now = new Date();
  const isEarly = course.startsAt !== null && course.startsAt > now;
  const names = own.groups.map((group) => group.name).join(translate("and"));
  const facts = course.hasEnded
    ? translate("own.closed")
    : isEarly
      ? translate("own.opensOn", { date: format.date(course.startsAt ?? now) })
      : own.groups.length === 0
        ? translate("own.noGroup")
        : translate("own.inGroups", { names, date: format.date(course.endsAt) });
  return (
    <Section title={translate("models")} facts={facts}>
      {!course.hasEnded && !isEarly && own.groups.length > 0 && own.models.length === 0 && (
        <p className="muted">{translate("own.noModel")}</p>
      )}
      {!course.hasEnded && own.models.length > 0 && (
        <ul className="row wrap">
          {own.models.map(({ name }) => (
            <li key={name}>
              <Link href={`/models?model=${encodeURIComponent(name)}`} className="chip">
                <code>{name}</code>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

async function SpentOn({ own }: { own: OwnCourseView }) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  if (own.spentOn.length === 0) return null;
  const money = format.moneyColumn(own.spentOn.map((each) => each.spentNanos));
  return (
    <Section title={translate("own.spentOn")} end={<ButtonLink href="/usage">{translate("own.usage")}</ButtonLink>}>
      <Table label={translate("own.spentOn")}>
        <thead>
          <tr>
            <Head>{translate("own.model")}</Head>
            <Head numeric>{translate("own.requests")}</Head>
            <Head numeric unit={format.symbol.trim()}>
              {translate("own.spent")}
            </Head>
          </tr>
        </thead>
        <tbody>
          {own.spentOn.map((each) => (
            <tr key={each.model}>
              <td>
                <code>{each.model}</code>
              </td>
              <td className="num">{format.count(each.requests)}</td>
              <td className="num">{money(each.spentNanos)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Caption kind="table" number={1}>
        {translate("own.spentOnCaption")}
      </Caption>
    </Section>
  );
}

async function Staff({ course }: { course: CourseDetail }) {
  const translate = await getTranslations("courses");
  return (
    <Section title={translate("own.whomToAsk")}>
      {course.staff.length === 0 ? (
        <p className="muted">{translate("noStaff")}</p>
      ) : (
        <ul className="row wrap gap4">
          {course.staff.map((each) => (
            <li key={each.memberId}>
              {each.name} <span className="muted small">{translate(`authority.${each.role}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
