"use client";
import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useFormat } from "#i18n/format-context.tsx";
import type { TurnView } from "../contract.ts";

/** Seconds since the answer was asked for, while it thinks. */
function useSeconds(since: string, isCounting: boolean): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!isCounting) return;
    const tick = () => setNow(Math.max(0, Date.now() - new Date(since).getTime()));
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, [since, isCounting]);
  return now;
}

/** What a model thought, folded, with its seconds and tokens. */
export function Thinking({ turn }: { turn: TurnView }) {
  const translate = useTranslations("playground");
  const format = useFormat();
  const isThinking = turn.state === "running" && turn.text === "";
  const elapsed = useSeconds(turn.createdAt, isThinking);
  const facts = turn.answer;
  const ms = facts?.thinkingMs ?? null;
  return (
    <details className="think">
      <summary>
        <ChevronRight className="icon icon-sm" />
        <span>
          {isThinking ? translate("thinkingNow") : translate("thought")}
          {isThinking ? ` ${format.duration(elapsed)}` : ms !== null && ` ${format.duration(ms)}`}
          {facts?.thinkingTokens ? (
            <>
              <span className="sep">·</span>
              {format.count(facts.thinkingTokens)} tokens
            </>
          ) : null}
        </span>
      </summary>
      <div className="think-text">{turn.thinking}</div>
    </details>
  );
}
