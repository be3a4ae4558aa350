"use client";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { withdrawRequest } from "../actions.ts";

export function WithdrawButton({ courseId, requestId }: { courseId: string; requestId: string }) {
  const translate = useTranslations("requests");
  const { act, pending } = useAct();
  const withdraw = () =>
    act(
      () => withdrawRequest({ courseId, requestId }),
      () => ({ message: translate("withdrawn") }),
    );
  return (
    <Button size="sm" aria-disabled={pending} onClick={withdraw}>
      {translate("withdraw")}
    </Button>
  );
}
