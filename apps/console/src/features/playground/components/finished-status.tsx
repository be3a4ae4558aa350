"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { useTalkState } from "./desk.tsx";

/** Says once, politely, that an answer is done and how long it is; the tab's title says it to who looks elsewhere. */
export function FinishedStatus() {
  const translate = useTranslations("playground");
  const { talk, finished, isRunning, isConnected } = useTalkState();
  const wasRunning = useRef(false);
  const { title } = talk;
  useEffect(() => {
    const name = title || translate("title");
    const isDone = wasRunning.current && !isRunning && document.hidden;
    wasRunning.current = isRunning;
    document.title = `${isRunning ? "… " : isDone ? "✓ " : ""}${name} · Lyceum`;
    const onVisible = () => {
      if (!document.hidden) document.title = document.title.replace(/^✓ /, "");
    };
    document.addEventListener("visibilitychange", onVisible);
    return () => document.removeEventListener("visibilitychange", onVisible);
  }, [title, isRunning, translate]);
  const words = (() => {
    if (!isConnected) return translate("reconnecting");
    if (isRunning || !finished) return "";
    if (finished.state === "failed") return translate("answerFailed");
    const count = [...finished.text].length;
    return translate(finished.state === "stopped" ? "answerStopped" : "answerDone", { count });
  })();
  return (
    <div className={isConnected ? "sr" : "reconnecting"} role="status">
      {words}
    </div>
  );
}
