"use client";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { type Choices, noChoices, sentChoices } from "./choices.ts";
import type { PreviewAnswer } from "./preview.ts";
import { type Sent, type Source, sendRoster } from "./send-roster.ts";

export type Work = { readonly stage: string; readonly rows: number };

/** A file, what was chosen for it, and what the server says of both; each choice asks anew, and the last question wins. */
export function usePreview(courseId: string) {
  const [source, setSource] = useState<Source | null>(null);
  const [choices, setChoices] = useState(noChoices);
  const [answer, setAnswer] = useState<PreviewAnswer | null>(null);
  const [work, setWork] = useState<Work | null>(null);
  const asking = useRef<AbortController | null>(null);
  const explain = useExplain();

  const ask = async (from: Source, chosen: Choices) => {
    asking.current?.abort();
    const mine = new AbortController();
    asking.current = mine;
    setWork({ stage: "sending", rows: 0 });
    const tell = (stage: string, rows: number) => asking.current === mine && setWork({ stage, rows });
    try {
      const url = `/courses/${courseId}/import/preview`;
      const sent = await sendRoster<PreviewAnswer>(url, from, sentChoices(chosen), tell, mine.signal);
      if (asking.current === mine) setAnswer(sent.ok ? sent.result : { ok: false, message: explain(sent) });
    } catch {
      if (asking.current === mine) setAnswer({ ok: false, message: explain(null) });
    }
    if (asking.current === mine) setWork(null);
  };
  return {
    source,
    choices,
    answer,
    work,
    open(next: Source) {
      setSource(next);
      setChoices(noChoices);
      setAnswer(null);
      void ask(next, noChoices);
    },
    choose(next: Choices) {
      setChoices(next);
      if (source) void ask(source, next);
    },
    close() {
      asking.current?.abort();
      asking.current = null;
      setSource(null);
      setAnswer(null);
      setWork(null);
    },
  };
}

/** The sentence for an answer without a result; null: the server could not be reached. */
export function useExplain(): (sent: Exclude<Sent<unknown>, { ok: true }> | null) => string {
  const translate = useTranslations("roster");
  const ui = useTranslations("ui");
  return (sent) => {
    if (sent === null) return ui("offline");
    if ("message" in sent) return sent.message;
    if (sent.status === 413) return translate("tooLarge");
    return translate(sent.status === 404 ? "noAccess" : "refused");
  };
}
