"use client";
import { ArrowDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { shownTurns } from "../conversation-state.ts";
import { Answer } from "./answer.tsx";
import { Compared } from "./compared.tsx";
import { useDesk, useTalkState } from "./desk.tsx";
import { Question } from "./question.tsx";

const nearEnd = 64;

/** Keeps the end in sight until the reader scrolls up, and again once they are back at the end. */
function useStickToEnd(talkId: string) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const [isAway, setAway] = useState(false);
  const toEnd = useCallback(() => {
    sticks.current = true;
    setAway(false);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, []);
  // Another conversation begins at its end
  useLayoutEffect(toEnd, [talkId, toEnd]);
  useEffect(() => {
    const [outer, inner] = [box.current, content.current];
    if (!outer || !inner) return;
    let before = outer.scrollTop;
    const onScroll = () => {
      const isUp = outer.scrollTop < before - 1;
      before = outer.scrollTop;
      const distance = outer.scrollHeight - outer.scrollTop - outer.clientHeight;
      if (distance < 4 || (distance < nearEnd && !isUp)) sticks.current = true;
      else if (isUp) sticks.current = false;
      setAway(!sticks.current && distance >= nearEnd);
    };
    const observer = new ResizeObserver(() => {
      if (sticks.current) outer.scrollTop = outer.scrollHeight;
      else onScroll();
      before = outer.scrollTop;
    });
    observer.observe(inner);
    observer.observe(outer);
    outer.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      outer.removeEventListener("scroll", onScroll);
    };
  }, []);
  return { box, content, isAway, toEnd };
}

/** The turns of the open branch. */
export function Log({ empty }: { empty: ReactNode }) {
  const translate = useTranslations("playground");
  const { earlier, perform } = useDesk();
  const { talk, isRunning } = useTalkState();
  const { box, content, isAway, toEnd } = useStickToEnd(talk.id);
  const shown = useMemo(() => shownTurns(talk), [talk]);
  const lastQuestion = talk.turns.findLast(({ kind }) => kind === "question")?.id;
  // Who asks wants to see the answer
  useLayoutEffect(toEnd, [lastQuestion, toEnd]);
  const loadEarlier = async () => {
    const height = box.current?.scrollHeight ?? 0;
    await perform(earlier().then(() => ({ ok: true as const, data: null })));
    requestAnimationFrame(() => {
      if (box.current) box.current.scrollTop += box.current.scrollHeight - height;
    });
  };
  return (
    <div className="log-frame">
      <div
        className="log"
        role="log"
        aria-busy={isRunning}
        aria-label={translate("conversation")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
        tabIndex={0}
        ref={box}
      >
        <div ref={content} className="log-content" data-wide={shown.at(-1)?.kind === "compared" || undefined}>
          {talk.hasEarlier && (
            <Button size="sm" variant="ghost" onClick={loadEarlier}>
              {translate("earlier")}
            </Button>
          )}
          {shown.length === 0 && empty}
          {shown.map((item, index) => {
            const isLast = index === shown.length - 1;
            switch (item.kind) {
              case "question":
                return <Question key={item.turn.id} turn={item.turn} />;
              case "clear":
                return (
                  <div key={item.turn.id} className="cleared">
                    <span>{translate("clearedAbove")}</span>
                  </div>
                );
              case "answer":
                return <Answer key={item.parts[0]?.id} parts={item.parts} isLast={isLast} />;
              case "compared":
                return <Compared key={item.chosenId} answers={item.answers} chosenId={item.chosenId} />;
              default:
                return item satisfies never;
            }
          })}
        </div>
      </div>
      {isAway && (
        <Button size="sm" className="to-end" onClick={toEnd}>
          <ArrowDown className="icon icon-sm" />
          {translate("toEnd")}
        </Button>
      )}
    </div>
  );
}
