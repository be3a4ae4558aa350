"use client";
import { useEffect, useState } from "react";
import { previewRequest } from "../actions.ts";
import type { RequestPreview } from "../contract.ts";
import { useDesk, useTalkState } from "./desk.tsx";

const pauseMs = 600;

/** What the next question would send, once typing and answering pause; null until it is known, and where there is nothing to send. */
export function usePreview(text: string, attachmentIds: string): RequestPreview | null {
  const { chosen } = useDesk();
  const { talk, isRunning } = useTalkState();
  const [known, setKnown] = useState<{ talkId: string; preview: RequestPreview | null } | null>(null);
  const [model = ""] = chosen;
  const isNothing = model === "" || (talk.id === "" && text === "" && attachmentIds === "");
  const lastTurn = talk.turns.at(-1)?.id;
  // Another turn or model is another preview
  useEffect(() => {
    if (isRunning || isNothing) return;
    let gone = false;
    const timer = setTimeout(async () => {
      const ids = attachmentIds === "" ? [] : attachmentIds.split(",");
      const { systemPrompt, parameters } = talk;
      const input = { conversationId: talk.id || null, text, attachmentIds: ids, model, systemPrompt, parameters };
      // Only a hint: where it can't be had, nothing is said, nor what was true of another question.
      const result = await previewRequest(input).catch(() => null);
      if (!gone) setKnown({ talkId: talk.id, preview: result?.ok ? result.data : null });
    }, pauseMs);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [talk.id, lastTurn, isRunning, isNothing, model, text, attachmentIds, talk.systemPrompt, talk.parameters]);
  // That of another conversation says nothing of this one.
  return !isNothing && known?.talkId === talk.id ? known.preview : null;
}
