"use client";
import type { AdvanceOffer } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { takeCourseAdvance } from "../actions.ts";

/** What can be taken now of the next period of a course's allowance: one press, and there is money to work with. */
export function AdvanceOffers({ offers }: { offers: readonly AdvanceOffer[] }) {
  const translate = useTranslations("balance");
  const format = useFormat();
  const { act, pending } = useAct();
  if (offers.length === 0) return null;
  const take = ({ courseId, amountNanos: offered, periodAt }: AdvanceOffer) =>
    act(
      () => takeCourseAdvance({ courseId, amountNanos: offered, periodAt }),
      ({ amountNanos }) => ({ message: translate("advanceTaken", { amount: format.money(amountNanos) }) }),
    );
  return (
    <ul className="mt-4 border-y border-line" aria-label={translate("advances")}>
      {offers.map((offer) => (
        <li key={offer.courseId} className="row wrap between border-b border-line py-2 last:border-b-0">
          <span>
            <span className="medium">{offer.name}</span>{" "}
            {translate("advanceOffer", { amount: format.money(offer.amountNanos) })}
            <span className="block muted small">
              {translate("advanceMeans", { date: format.dateTime(offer.periodAt) })}
            </span>
          </span>
          <Button size="sm" aria-disabled={pending} onClick={() => take(offer)}>
            {translate("takeAdvance", { amount: format.money(offer.amountNanos) })}
          </Button>
        </li>
      ))}
    </ul>
  );
}
