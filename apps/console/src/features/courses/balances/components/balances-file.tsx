"use client";
import type { AllowanceMode } from "@lyceum/domain";
import { parseAmount } from "@lyceum/domain";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { type Asking, askingOf } from "#components/form/asking.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { UndoFunding } from "../../components/undo-funding.tsx";
import { RosterSource } from "../../import/components/roster-source.tsx";
import { type Source, sendRoster } from "../../import/send-roster.ts";
import { useExplain } from "../../import/use-preview.ts";
import type { BalancesAnswer, BalancesApplied } from "../read-balances.ts";
import { BalancesReview } from "./balances-review.tsx";

/** From a file of amounts to members' money: who has how much before and after, then all of it or nothing. */
export function BalancesFile({ courseId }: { courseId: string }) {
  const translate = useTranslations("courses");
  const ofRoster = useTranslations("roster");
  const format = useFormat();
  const router = useRouter();
  const explain = useExplain();
  const [source, setSource] = useState<Source | null>(null);
  const [answer, setAnswer] = useState<BalancesAnswer | null>(null);
  const [stage, setStage] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [done, setDone] = useState<BalancesApplied | null>(null);

  const open = async (next: Source) => {
    setSource(next);
    setAnswer(null);
    setFailure(null);
    setDone(null);
    setStage("sending");
    try {
      const url = `/courses/${courseId}/balances/preview`;
      const sent = await sendRoster<BalancesAnswer>(url, next, {}, setStage);
      setAnswer(sent.ok ? sent.result : { ok: false, message: explain(sent) });
    } catch {
      setAnswer({ ok: false, message: explain(null) });
    }
    setStage(null);
  };
  const unanswered = useRef<Asking | null>(null);
  const apply = async (choices: { mode: AllowanceMode; reason: string; skipBad: boolean }) => {
    if (source === null || stage !== null) return;
    setStage("sending");
    setFailure(null);
    try {
      const url = `/courses/${courseId}/balances/apply`;
      unanswered.current = askingOf(unanswered.current, choices);
      const { id: actId } = unanswered.current;
      const sent = await sendRoster<BalancesApplied>(url, source, { ...choices, actId }, setStage);
      unanswered.current = null;
      if (sent.ok) {
        setDone(sent.result);
        setSource(null);
        router.refresh();
      } else setFailure(explain(sent));
    } catch {
      setFailure(ofRoster("unknownOutcome"));
    }
    setStage(null);
  };
  if (source === null) {
    return (
      <div className="grid gap-6">
        {done && (
          <div role="status">
            <Notice tone="positive">
              <p>
                {done.fundingId === null
                  ? translate("nothingToDo")
                  : translate("funded", {
                      count: done.changed,
                      before: format.money(parseAmount(done.before)),
                      after: format.money(parseAmount(done.after)),
                    })}
              </p>
              {done.fundingId && <UndoFunding courseId={courseId} id={done.fundingId} />}
            </Notice>
          </div>
        )}
        <p className="muted small">{translate("byFileHint")}</p>
        <RosterSource onOpen={(next) => void open(next)} />
      </div>
    );
  }
  return (
    <div className="grid max-w-4xl gap-4">
      <div className="row between">
        <p className="medium wrap-anywhere">{source.name}</p>
        <Button size="sm" disabled={stage !== null} onClick={() => setSource(null)}>
          {ofRoster("otherFile")}
        </Button>
      </div>
      <div role="status" className="small muted empty:hidden">
        {stage !== null && (
          <span className="row">
            <progress className="h-1.5 w-32" aria-label={ofRoster("progress")} />
            {ofRoster(stage === "comparing" ? "stage_comparing" : stage === "writing" ? "progress" : "stage_sending")}
          </span>
        )}
      </div>
      {answer && !answer.ok && <Notice tone="danger">{answer.message}</Notice>}
      {answer?.ok && (
        <BalancesReview
          preview={answer}
          busy={stage !== null}
          failure={failure}
          onApply={(choices) => void apply(choices)}
        />
      )}
    </div>
  );
}
