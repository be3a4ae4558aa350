"use client";
import { Check } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { chooseBranch } from "../actions.ts";
import type { TurnView } from "../contract.ts";
import { Answer } from "./answer.tsx";
import { useDesk } from "./desk.tsx";

/** Answers of several models to one question: columns on a desk, tabs on a phone. The talk goes on from the chosen one. */
export function Compared({ answers, chosenId }: { answers: TurnView[]; chosenId: string }) {
  const translate = useTranslations("playground");
  const { perform, getTalk, show } = useDesk();
  const [tab, setTab] = useState(0);
  const goOn = async (turnId: string) => {
    const talk = await perform(chooseBranch({ turnId }));
    // Another may have been opened meanwhile.
    if (talk && talk.id === getTalk().id) show(talk);
  };
  return (
    <section className="compared" aria-label={translate("comparison")}>
      <div className="segmented narrow-only">
        {answers.map((turn, index) => (
          <button key={turn.id} type="button" aria-pressed={index === tab} onClick={() => setTab(index)}>
            {turn.answer?.model}
          </button>
        ))}
      </div>
      <div className="columns">
        {answers.map((turn, index) => (
          <div key={turn.id} className="column" data-shown={index === tab || undefined}>
            <Answer parts={[turn]} isLast={turn.id === chosenId} />
            {turn.id === chosenId ? (
              <p className="tiny muted">
                <Check className="icon icon-sm" /> {translate("goesOnFromHere")}
              </p>
            ) : (
              turn.state !== "running" && (
                <Button size="sm" onClick={() => goOn(turn.id)}>
                  {translate("goOnFromHere")}
                </Button>
              )
            )}
          </div>
        ))}
      </div>
    </section>
  );
}
