import { findTopUse, listAskableCourses, listMyRequests, type SessionUser } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { Section } from "#components/shell/page.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { AskForm } from "./ask-form.tsx";
import { RequestOutcome } from "./request-outcome.tsx";
import { WithdrawButton } from "./withdraw-button.tsx";

/**
 * "Ask for more": a student's courses, what was asked of them, and what became of it. Nothing for whoever has no course to ask. It stands on any page
 * where somebody may be out of money.
 */
export async function AskPanel({
  user,
  courseId,
}: {
  user: SessionUser /** Of this course alone. */;
  courseId?: string;
}) {
  const db = getDb();
  const [allCourses, allRequests, use, translate, format, { now }] = await Promise.all([
    listAskableCourses(db, user),
    listMyRequests(db, user),
    findTopUse(db, user.id),
    getTranslations("requests"),
    getFormat(),
    getFormatSettings(),
  ]);
  const courses = allCourses.filter(({ id }) => courseId === undefined || id === courseId);
  const requests = allRequests.filter((request) => courseId === undefined || request.courseId === courseId);
  if (courses.length === 0 && requests.length === 0) return null;
  const waiting = new Set(requests.filter((request) => request.outcome === null).map((request) => request.courseId));
  const askable = courses
    .filter((course) => !waiting.has(course.id))
    .map(({ id, name, proposedNanos }) => ({
      id,
      name,
      amount: proposedNanos === null ? "" : formatAmount(proposedNanos),
    }));
  const reason =
    use === null ? "" : translate("reasonOfUse", { percent: use.percent, count: use.requests, key: use.key });
  return (
    <ClientMessages nouns={["requests"]}>
      <Section
        title={translate("askForMore")}
        facts={translate("askFacts")}
        end={
          askable.length > 0 && (
            <AskForm courses={askable} reason={reason.slice(0, 200)} firstDay={format.isoDay(now)} />
          )
        }
      >
        {requests.length === 0 ? (
          <p className="muted small">{translate("noneAsked")}</p>
        ) : (
          <ul className="border-y border-line">
            {requests.map((request) => (
              <li key={request.id} className="row wrap between border-b border-line py-2 last:border-b-0">
                <span className="[overflow-wrap:anywhere]">
                  {request.courseName}
                  {translate("colon")}
                  {translate(`asked_${request.mode}`, { amount: format.money(request.amountNanos) })}
                  <span className="block muted small">
                    {format.dateTime(request.askedAt)} {translate("quoted", { reason: request.reason })}
                  </span>
                </span>
                <span>
                  {request.outcome === null ? (
                    <span className="row">
                      <span className="muted small">{translate("waits")}</span>
                      <WithdrawButton courseId={request.courseId} requestId={request.id} />
                    </span>
                  ) : (
                    <RequestOutcome request={request} />
                  )}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </ClientMessages>
  );
}
