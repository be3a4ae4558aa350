"use client";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { FirstRequestAnswer } from "../first-request.ts";

const askEveryMs = 2_000;

interface FirstRequestOptions {
  /** Draws the page anew once it came: not from within what would vanish by that. */
  refreshes: boolean;
}

/** Asks for a key's first request until one finished, and not while the page is hidden. `seconds` says how long already. */
export function useFirstRequest(
  keyId: string,
  { refreshes }: FirstRequestOptions,
): { answer: FirstRequestAnswer; seconds: number } {
  const router = useRouter();
  const [answer, setAnswer] = useState<FirstRequestAnswer>({ state: "waiting" });
  const [seconds, setSeconds] = useState(0);
  const done = answer.state === "done";

  useEffect(() => {
    if (done) return;
    let timer: ReturnType<typeof setTimeout>;
    const abort = new AbortController();
    const ask = async () => {
      if (!document.hidden) {
        const found = await askOnce(keyId, abort.signal);
        if (abort.signal.aborted) return;
        if (found && found.state !== "waiting") setAnswer(found);
        if (found?.state === "done" && refreshes) router.refresh();
      }
      timer = setTimeout(ask, askEveryMs);
    };
    timer = setTimeout(ask, askEveryMs);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [keyId, done, refreshes, router]);

  useEffect(() => {
    if (done) return;
    const clock = setInterval(() => setSeconds((passed) => passed + 1), 1_000);
    return () => clearInterval(clock);
  }, [done]);

  return { answer, seconds };
}

/** Null where the server could not be reached or refused: the next time may go better. */
async function askOnce(keyId: string, signal: AbortSignal): Promise<FirstRequestAnswer | null> {
  try {
    const response = await fetch(`/keys/${keyId}/first-request`, { signal, redirect: "error" });
    return response.ok ? ((await response.json()) as FirstRequestAnswer) : null;
  } catch (error) {
    if (!signal.aborted) console.warn("waiting for the first request", error);
    return null;
  }
}
