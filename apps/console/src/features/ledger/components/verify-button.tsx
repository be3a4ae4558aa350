"use client";
import { Scale } from "lucide-react";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { verifyBooks } from "../actions.ts";

/** Adds up the books now; says how it went when it is done, however long that takes. */
export function VerifyButton() {
  const translate = useTranslations("ledger");
  const { act, pending } = useAct();
  const verify = () =>
    act(
      () => verifyBooks({}),
      (result) => {
        if (result === null) return { message: translate("busy") };
        const { differenceCount, usageRecords } = result;
        return differenceCount === 0
          ? { message: translate("verifiedRight", { count: usageRecords }) }
          : { message: translate("verifiedWrong", { count: differenceCount }) };
      },
    );
  return (
    <Button variant="primary" onClick={verify} disabled={pending} aria-busy={pending}>
      <Scale className="icon" />
      {translate(pending ? "verifying" : "verify")}
    </Button>
  );
}
