"use client";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { chooseBranch } from "../actions.ts";
import type { TurnView } from "../contract.ts";
import { useDesk } from "./desk.tsx";

/** ‹ 2 / 3 ›: the branches at the place of a turn. */
export function BranchSwitch({ turn }: { turn: TurnView }) {
  const translate = useTranslations("playground");
  const { perform, getTalk, show } = useDesk();
  const at = turn.siblings.indexOf(turn.id);
  if (turn.siblings.length < 2 || at < 0) return null;
  const go = async (by: number) => {
    const turnId = turn.siblings[at + by];
    const talk = turnId && (await perform(chooseBranch({ turnId })));
    // Another may have been opened meanwhile.
    if (talk && talk.id === getTalk().id) show(talk);
  };
  return (
    <span className="branches">
      <Button
        {...{ variant: "ghost", size: "sm", icon: true, disabled: at === 0, onClick: () => go(-1) }}
        aria-label={translate("previousBranch")}
        title={translate("previousBranch")}
      >
        <ChevronLeft className="icon icon-sm" />
      </Button>
      {at + 1} / {turn.siblings.length}
      <Button
        {...{ variant: "ghost", size: "sm", icon: true, disabled: at === turn.siblings.length - 1 }}
        onClick={() => go(1)}
        aria-label={translate("nextBranch")}
        title={translate("nextBranch")}
      >
        <ChevronRight className="icon icon-sm" />
      </Button>
    </span>
  );
}
