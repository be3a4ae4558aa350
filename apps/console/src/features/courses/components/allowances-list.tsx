"use client";
import type { CourseAllowanceRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { stopRegular } from "../actions.ts";

/** What comes by itself: how much, to whom, when next; and where the pool could not pay. */
export function AllowancesList({
  courseId,
  rows,
  canStop,
}: {
  courseId: string;
  rows: CourseAllowanceRow[];
  canStop: boolean;
}) {
  const translate = useTranslations("courses");
  const format = useFormat();
  const { act, pending } = useAct();
  const stop = (allowanceId: string) =>
    act(
      () => stopRegular({ courseId, allowanceId }),
      () => ({ message: translate("allowanceStopped") }),
    );
  return (
    <ul className="border-y border-line">
      {rows.map((row) => {
        const { id, mode, period, amountNanos, members, nextAt, missed } = row;
        return (
          <li key={id} className="row wrap between border-b border-line py-2 last:border-b-0">
            <span className={nextAt === null ? "muted" : ""}>
              <span className="medium">{translate(`period.${period}`)}</span>{" "}
              {members === null ? translate("everyStudent") : translate("chosenStudents", { count: members })}{" "}
              {translate(`fundingLine.${mode}`, { amount: format.money(amountNanos) })}
              <span className="block muted small">
                {row.actorName}
                {translate("colon")}
                {row.reason}
                {translate("comma")}
                {translate("untilDay", { date: format.date(row.endsAt) })}
                {nextAt !== null && missed === null && (
                  <>
                    {translate("comma")}
                    <span title={format.exact(nextAt)}>
                      {translate("nextPeriod", { date: format.dateTime(nextAt) })}
                    </span>
                  </>
                )}
              </span>
              {missed && (
                <span className="block text-warning small">
                  {translate("allowanceMissed", {
                    since: format.dateTime(missed.at),
                    needed: format.money(missed.neededNanos),
                    had: format.money(missed.hadNanos),
                  })}
                </span>
              )}
            </span>
            {nextAt === null ? (
              <Badge>{translate(row.stoppedAt === null ? "allowanceOver" : "allowanceStoppedMark")}</Badge>
            ) : (
              canStop && (
                <Button size="sm" aria-disabled={pending} onClick={() => stop(id)}>
                  {translate("stopAllowance")}
                </Button>
              )
            )}
          </li>
        );
      })}
    </ul>
  );
}
