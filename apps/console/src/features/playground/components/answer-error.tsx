"use client";
import { useLocale, useTranslations } from "next-intl";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { AnswerError as Problem } from "../contract.ts";

interface Acts {
  retry: () => void;
  otherModel: () => void;
  resume: () => void;
  parameters: () => void;
  shorten: () => void;
}

/** Why there is no (whole) answer, in both languages, whose move it is, and the one button that helps. */
export function AnswerError({ error, acts }: { error: Problem; acts: Acts }) {
  const translate = useTranslations("playground");
  const isChinese = useLocale() === "zh";
  const [first, second] = isChinese ? [error.zh, error.en] : [error.en, error.zh];
  const wait = error.retryAfterSeconds;
  return (
    <Notice tone="danger" className="answer-error" action={<Fix error={error} acts={acts} />}>
      <b className="strong">{first}</b>
      <p className="small" lang={isChinese ? "en" : "zh-CN"}>
        {second}
      </p>
      <p className="small">
        {translate(`move.${error.move}`)}
        {wait !== null && wait > 0 && ` ${translate("retryAfter", { seconds: wait })}`}{" "}
        <code className="tiny">{error.code}</code>
      </p>
    </Notice>
  );
}

function Fix({ error, acts }: { error: Problem; acts: Acts }) {
  const translate = useTranslations("playground");
  const label = translate(`fix.${error.fix}`);
  if (error.href) {
    return (
      <ButtonLink size="sm" href={error.href}>
        {label}
      </ButtonLink>
    );
  }
  const act = {
    retry: acts.retry,
    "other-model": acts.otherModel,
    continue: acts.resume,
    parameters: acts.parameters,
    shorten: acts.shorten,
    "ask-staff": null,
    "top-up": null,
    "sign-in": null,
    "accept-terms": null,
  }[error.fix];
  if (!act) return null;
  return (
    <Button size="sm" onClick={act}>
      {label}
    </Button>
  );
}
