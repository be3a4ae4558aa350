"use client";
import { useCallback, useEffect, useRef } from "react";
import { updateConversation } from "../actions.ts";
import type { Talk } from "../conversation-state.ts";
import type { TalkStore } from "./use-talk.ts";

const pauseMs = 500;

/** Keeps system prompt and parameters of the open conversation as they are set: a moment after the last change, and at once when it is left. */
export function useKeptSettings({ id, systemPrompt, parameters }: Talk, perform: TalkStore["perform"]): void {
  const kept = useRef({ id, systemPrompt, parameters });
  const waiting = useRef<{ timer: number; save: () => void } | null>(null);
  const flush = useCallback(() => {
    if (!waiting.current) return;
    const { timer, save } = waiting.current;
    clearTimeout(timer);
    waiting.current = null;
    save();
  }, []);
  useEffect(() => {
    const before = kept.current;
    kept.current = { id, systemPrompt, parameters };
    // What a conversation begins with went along with its first question.
    const isSame = before.systemPrompt === systemPrompt && before.parameters === parameters;
    if (id === "" || before.id !== id || isSame) return;
    if (waiting.current) clearTimeout(waiting.current.timer);
    const save = () => void perform(updateConversation({ conversationId: id, systemPrompt, parameters }));
    waiting.current = { save, timer: window.setTimeout(flush, pauseMs) };
  }, [id, systemPrompt, parameters, perform, flush]);
  useEffect(() => {
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      // Of the one that was open until now
      if (id !== "") flush();
    };
  }, [id, flush]);
}
