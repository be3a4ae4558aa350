"use client";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { MoneyChoice, MoneySum } from "../money-sum.ts";
import type { RosterPreview } from "../preview.ts";

/** The button that counts. Bad rows are mended first, or left out with a word. */
export function ImportFoot({
  preview: { bad, expected },
  every,
  money,
  busy,
  failed,
  onApply,
  onAgain,
}: {
  preview: RosterPreview;
  every: MoneyChoice["every"];
  /** Null: none, or not readable. */
  money: MoneySum | null;
  busy: boolean;
  failed: boolean;
  onApply: () => void;
  onAgain: () => void;
}) {
  const translate = useTranslations("roster");
  const format = useFormat();
  const count = expected.added + expected.changed + expected.gone;
  const counts = translate("counts", expected);
  if (failed) {
    return (
      <div>
        <Button variant="primary" disabled={busy} onClick={onAgain}>
          {translate("previewAgain")}
        </Button>
      </div>
    );
  }
  // An allowance that is new is something to write, even where nobody gets anything of it today.
  const movesMoney = money === null ? every !== "none" : money.raised + money.lowered > 0;
  const beginsAllowance = every !== "none" && every !== "once" && money?.isRunning !== true;
  if (count === 0 && !movesMoney && !beginsAllowance) return <p className="medium">{translate("noChange")}</p>;
  const isMissing = every !== "none" && (money === null || money.lackingNanos > 0n);
  const amount = money && format.money(money.neededNanos);
  const rows = bad === 0 ? translate("apply", { count }) : translate("applyWithout", { bad, count });
  const verb = amount === null ? rows : translate(count === 0 ? "give" : "applyAndGive", { rows, amount });
  return (
    <div className="roster-foot">
      <span className="muted small grow">
        {counts} {translate("undoable")}
      </span>
      <Button variant={bad === 0 ? "primary" : undefined} disabled={busy || isMissing} onClick={onApply}>
        {verb}
      </Button>
    </div>
  );
}
