"use client";
import { useTranslations } from "next-intl";
import { useRef, useState, useTransition } from "react";
import { Notice } from "#components/ui/notice.tsx";
import type { Action, ActionResult } from "#server/action-result.ts";

type Outcome = ActionResult<{ notes: string[] }>;

/** Runs a trial of what stands in a form, and keeps what came of it until the next. */
export function useTrying<Input>(action: Action<Input, { notes: string[] }>) {
  const translate = useTranslations("ui");
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [pending, startTransition] = useTransition();
  const busy = useRef(false);
  const start = (input: Input) => {
    if (busy.current) return;
    busy.current = true;
    setOutcome(null);
    startTransition(async () => {
      try {
        setOutcome(await action(input));
      } catch {
        setOutcome({ ok: false, code: "offline", message: translate("offline") });
      } finally {
        busy.current = false;
      }
    });
  };
  return { start, pending, outcome };
}

/** What came of it, in words. */
export function TriedNotice({ trying }: { trying: { pending: boolean; outcome: Outcome | null } }) {
  const translate = useTranslations("campus");
  const { pending, outcome } = trying;
  return (
    <div role="status" className="mt-4">
      {pending && <p className="muted">{translate("trying")}</p>}
      {outcome?.ok && (
        <Notice tone={outcome.data.notes.length === 0 ? "positive" : "warning"}>
          <p>{translate("triedOk")}</p>
          {outcome.data.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </Notice>
      )}
      {outcome && !outcome.ok && (
        <Notice tone="danger">{Object.values(outcome.fieldErrors ?? {})[0] ?? outcome.message}</Notice>
      )}
    </div>
  );
}
