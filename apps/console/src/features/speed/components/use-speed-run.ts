"use client";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, useRef, useState } from "react";
import type { SpeedEvent } from "../events.ts";
import type { SpeedInput } from "../schema.ts";

/** Points of a lane's line: at a tenth of a second each, the last twelve seconds. */
const mostPoints = 120;
/** The server hears of a stop by the connection, and writes down the end. */
const serverEndsMs = 500;
/** So much of an answer's end is shown. */
const shownCharacters = 400;

export interface Lane {
  model: string;
  state: "waiting" | "asking" | "answering" | "done";
  /** Of the request that runs or was the last; 0 is the warm-up. */
  place: number;
  text: string;
  /** Pieces a second, about tokens, in steps of a tenth of a second or more. */
  rates: number[];
  /** What failed last. */
  problem: string | null;
}

export interface SpeedRunView {
  isRunning: boolean;
  lanes: Lane[];
  /** Why it could not begin, or ended early: a word of messages/speed. */
  problem: { kind: "refused" | "ended" | "broken"; code: string } | null;
}

const idle: SpeedRunView = { isRunning: false, lanes: [], problem: null };

/** A speed test that this page watches. Leaving the page ends it. */
export function useSpeedRun() {
  const router = useRouter();
  const [view, setView] = useState<SpeedRunView>(idle);
  const stopper = useRef<AbortController | null>(null);
  const hasLeft = useRef(false);
  useEffect(() => {
    hasLeft.current = false;
    return () => {
      hasLeft.current = true;
      stopper.current?.abort();
    };
  }, []);

  const start = useCallback(
    async (input: SpeedInput) => {
      const stopping = new AbortController();
      stopper.current = stopping;
      const lanes = input.models.map(
        (model): Lane => ({ model, state: "waiting", place: 0, text: "", rates: [], problem: null }),
      );
      setView({ isRunning: true, lanes, problem: null });
      let runId: string | null = null;
      let lastAt = 0;
      const take = (event: SpeedEvent) => {
        if (event.type === "begin") runId = event.runId;
        else if (event.type === "end") {
          const problem = event.problem === null ? null : ({ kind: "ended", code: event.problem } as const);
          setView((before) => ({ ...before, problem }));
        } else {
          const sinceMs = "atMs" in event ? event.atMs - lastAt : 0;
          if ("atMs" in event) lastAt = event.atMs;
          setView((before) => ({ ...before, lanes: before.lanes.map((lane) => laneAfter(lane, event, sinceMs)) }));
        }
      };
      let refusal: SpeedRunView["problem"] = null;
      try {
        refusal = await follow(input, stopping.signal, take);
      } catch {
        // Stopped on purpose, or the connection is gone: the server ends the run and keeps what was measured.
        if (!stopping.signal.aborted) refusal = { kind: "broken", code: "broken" };
      }
      // Whoever went to another page is not called back.
      if (hasLeft.current) return;
      if (stopping.signal.aborted) await new Promise((resolve) => setTimeout(resolve, serverEndsMs));
      setView((before) => ({ ...before, isRunning: false, problem: refusal ?? before.problem }));
      if (runId !== null) {
        router.push(`/speed?run=${runId}`, { scroll: false });
        router.refresh();
      }
    },
    [router],
  );
  const stop = useCallback(() => stopper.current?.abort(), []);
  return { ...view, start, stop };
}

/** Resolves to why the run was refused; null once it has ended by itself. */
async function follow(
  input: SpeedInput,
  signal: AbortSignal,
  take: (event: SpeedEvent) => void,
): Promise<SpeedRunView["problem"]> {
  const response = await fetch("/speed/run", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
    signal,
  });
  if (!response.ok || response.body === null) {
    const { code } = (await response.json()) as { code: string };
    return { kind: "refused", code };
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return null;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(JSON.parse(line) as SpeedEvent);
  }
}

function laneAfter(lane: Lane, event: Exclude<SpeedEvent, { type: "begin" | "end" }>, sinceMs: number): Lane {
  if (event.model !== lane.model) return lane;
  const { place } = event;
  switch (event.type) {
    case "sent":
      return { ...lane, state: "asking", place, text: "" };
    case "text": {
      const rates = sinceMs > 0 ? [...lane.rates, (event.pieces * 1_000) / sinceMs].slice(-mostPoints) : lane.rates;
      return { ...lane, state: "answering", place, rates, text: (lane.text + event.text).slice(-shownCharacters) };
    }
    case "done":
      return { ...lane, state: "done", place, problem: event.problem };
    default:
      return event satisfies never;
  }
}
