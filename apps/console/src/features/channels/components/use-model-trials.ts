"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import type { z } from "zod";
import type { trialsInput } from "../schema.ts";
import { linesOf, type ModelTrials, type TrialLine, trialLine, untriedModels, withLine } from "../trial-lines.ts";

const none: ModelTrials = new Map();

type Asked = z.input<typeof trialsInput>;

/** So many at a time are asked for: a channel may have more models than one call may name. */
const MOST_AT_ONCE = 200;

/** Has models tried, and tells each line as it comes. Throws where the console can't be reached, or `signal` ends it. */
export async function streamTrials(asked: Asked, signal: AbortSignal, tell: (line: TrialLine) => void): Promise<void> {
  let isOver = false;
  for (let at = 0; at < asked.models.length && !isOver; at += MOST_AT_ONCE) {
    const isLast = at + MOST_AT_ONCE >= asked.models.length;
    await streamSome({ ...asked, models: asked.models.slice(at, at + MOST_AT_ONCE) }, signal, (line) => {
      if (line.kind !== "end") return tell(line);
      isOver = !line.ok;
      if (isOver || isLast) tell(line);
    });
  }
}

async function streamSome(asked: Asked, signal: AbortSignal, tell: (line: TrialLine) => void): Promise<void> {
  const response = await fetch("/admin/channels/trials", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(asked),
    signal,
  });
  if (!response.ok || response.body === null) throw new Error(`trials: HTTP ${response.status}`);
  for await (const text of linesOf(response.body)) tell(trialLine.parse(JSON.parse(text)));
}

/** Trials of models, as they come. Leaving the page ends them. */
export function useModelTrials() {
  const translate = useTranslations("ui");
  const [trials, setTrials] = useState(none);
  const [failure, setFailure] = useState<string | null>(null);
  const [running, setRunning] = useState(false);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  async function start(asked: Asked): Promise<void> {
    abort.current?.abort();
    const own = new AbortController();
    abort.current = own;
    setTrials(untriedModels(asked.models));
    setFailure(null);
    setRunning(true);
    try {
      await streamTrials(asked, own.signal, (line) => {
        if (line.kind === "end" && !line.ok) setFailure(line.message);
        setTrials((before) => withLine(before, line));
      });
    } catch {
      if (!own.signal.aborted) setFailure(translate("offline"));
    } finally {
      if (abort.current === own) setRunning(false);
    }
  }

  return {
    trials,
    failure,
    running,
    start,
    stop: () => abort.current?.abort(),
    clear: () => {
      abort.current?.abort();
      setTrials(none);
      setFailure(null);
    },
  };
}

export type ModelTrialsState = ReturnType<typeof useModelTrials>;
