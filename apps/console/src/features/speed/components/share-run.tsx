"use client";
import { Link2, Link2Off } from "lucide-react";
import { useTranslations } from "next-intl";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { shareRun } from "../actions.ts";

/** Makes a result readable by its link, or takes that back. */
export function ShareRun({ runId, isShared }: { runId: string; isShared: boolean }) {
  const translate = useTranslations("speed");
  const { act, pending } = useAct();
  const Icon = isShared ? Link2Off : Link2;
  const change = () =>
    act(
      () => shareRun({ runId, isShared: !isShared }),
      () => ({ message: translate(isShared ? "unshared" : "shared") }),
    );
  return (
    <Button size="sm" disabled={pending} onClick={change}>
      <Icon className="icon icon-sm" />
      {translate(isShared ? "unshare" : "share")}
    </Button>
  );
}
