"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Notice } from "#components/ui/notice.tsx";
import { reportLeak } from "../actions.ts";
import type { LeakAnswer } from "../leak-answer.ts";

const tones = {
  frozen: "positive",
  known: "positive",
  ended: "info",
  unknown: "warning",
  malformed: "warning",
} as const;

/** A key that was found, and what became of it. The field hides what is pasted, and no browser offers to keep it. */
export function LeakForm() {
  const translate = useTranslations("leaked");
  const [answer, setAnswer] = useState<LeakAnswer | null>(null);
  const form = useActionForm(reportLeak, {
    toInput: (values) => ({ key: String(values.key ?? "") }),
    onSuccess: (found, element) => {
      setAnswer(found);
      // Not a moment longer on the screen than it is needed.
      if (found.outcome !== "malformed") element.reset();
    },
  });
  const shown = answer !== null && "prefix" in answer ? `${answer.prefix}…${answer.lastFour}` : "";
  return (
    <Form form={form}>
      <TextField
        name="key"
        label={translate("key")}
        hint={translate("keyHint")}
        className="masked-field"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={200}
        placeholder="sk-ly-…"
      />
      <SubmitButton pending={form.pending} className="justify-self-start">
        {translate("report")}
      </SubmitButton>
      <div role="status">
        {answer && (
          <Notice tone={tones[answer.outcome]}>
            <b>{translate(`outcome_${answer.outcome}`, { shown })}</b> {translate(`what_${answer.outcome}`)}
          </Notice>
        )}
      </div>
    </Form>
  );
}
