import type { OwnFundingRow } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { Dot } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { DecideRequest } from "./decide-request.tsx";

/**
 * What members ask for, as a TA decides about it on a phone: who, how much, what that person has and used, why, by when. `chosenId`: a link led here for it;
 * its button has the focus, and is pressed by nobody but the reader.
 */
export async function RequestList({
  requests,
  chosenId,
  withCourse,
  mayDecide = true,
}: {
  requests: OwnFundingRow[];
  chosenId?: string | undefined;
  /** Where several courses stand in one list. */
  withCourse?: boolean;
  /** Who only reads sees no buttons. */
  mayDecide?: boolean;
}) {
  const [translate, format] = await Promise.all([getTranslations("requests"), getFormat()]);
  return (
    <ul className="border-y border-line">
      {requests.map((request) => (
        <li
          key={request.id}
          id={`request-${request.id}`}
          className={`grid gap-2 border-b border-line py-3 last:border-b-0 md:grid-cols-[minmax(0,1fr)_auto] md:items-center md:gap-6 ${
            request.id === chosenId ? "bg-accent-soft px-3" : ""
          }`}
        >
          <div className="grid gap-0.5">
            <p>
              <span className="medium">{request.name}</span> <span className="muted small">{request.studentId}</span>{" "}
              {translate(`asks.${request.mode}`, { amount: format.money(request.amountNanos) })}
              {request.deadline && (
                <span className="medium"> {translate("by", { date: format.date(request.deadline) })}</span>
              )}
            </p>
            <p className="[overflow-wrap:anywhere]">{translate("quoted", { reason: request.reason })}</p>
            <p className="muted small">
              {withCourse && (
                <>
                  <Link href={`/courses/${request.courseId}/requests`}>{request.courseName}</Link>
                  <Dot />
                </>
              )}
              {translate("has", { amount: format.money(request.hasNanos) })}
              <Dot />
              {translate("spentLately", { amount: format.money(request.spentNanos) })}
              <Dot />
              <span title={format.exact(request.askedAt)}>{format.relative(request.askedAt)}</span>
            </p>
          </div>
          {request.isOwn ? (
            <span className="muted small">{translate("waitsForColleague")}</span>
          ) : mayDecide ? (
            <DecideRequest
              isChosen={request.id === chosenId}
              request={{
                ...{ id: request.id, courseId: request.courseId, name: request.name },
                ...{ amountNanos: request.amountNanos, amount: formatAmount(request.amountNanos) },
                isMore: request.mode === "add",
              }}
            />
          ) : null}
        </li>
      ))}
    </ul>
  );
}
