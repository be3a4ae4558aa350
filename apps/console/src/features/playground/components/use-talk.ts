"use client";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useToast } from "#components/ui/toast.tsx";
import type { ActionResult } from "#server/action-result.ts";
import type { ConversationView, SendResult, TurnView } from "../contract.ts";
import { hasPlace, runningTurns, type Talk, withDeltas, withSent, withTurn } from "../conversation-state.ts";
import { followStream } from "../follow-stream.ts";
import { playgroundRoutes } from "../routes.ts";

/** Fetches a conversation as it is now; null: it is gone. */
export async function fetchTalk(id: string, before?: string): Promise<ConversationView | null> {
  const reply = await fetch(playgroundRoutes.conversation(id, { before }));
  if (reply.status === 404) return null;
  if (!reply.ok) throw new Error(`the conversation answered ${reply.status}`);
  return (await reply.json()) as ConversationView;
}

/** A fresh view with the settings that are being changed on the page: they are sent with the next question. */
function keepSettings(now: Talk, next: Talk): Talk {
  if (now.id !== next.id) return next;
  return { ...next, model: now.model, systemPrompt: now.systemPrompt, parameters: now.parameters };
}

const isBusy = (talk: Talk) => runningTurns(talk).length > 0;

/** When to look whether a waiting message was sent after the answer it waited for ended well. */
const lookAfterMs = [0, 500, 2_000];

/** What changes with every piece of an answer: only for parts that show it. */
export interface TalkState {
  talk: Talk;
  isRunning: boolean;
  /** False while the connection to the stream is away. */
  isConnected: boolean;
  /** The answer that ended last while the page looked on. */
  finished: TurnView | null;
}

/** The same functions for as long as the page is open, so that no turn is drawn again for them. */
export interface TalkStore {
  getTalk: () => Talk;
  change: (make: (talk: Talk) => Talk) => void;
  /** Shows another conversation. */
  show: (talk: Talk) => void;
  /** Asks the server for all of it again. */
  refresh: () => Promise<void>;
  earlier: () => Promise<void>;
  /** Shows what was asked. `askedIn`: the conversation that was open then, "" where this began one; with another open by now nothing is to be shown. */
  applySent: (sent: SendResult, askedIn?: string) => void;
  /** Runs an action; a failure is said in a toast. The answer: its data, or null. */
  perform: <Data>(action: Promise<ActionResult<Data>>) => Promise<Data | null>;
}

/** The open conversation: what the server sent, what the stream adds, and the means to change it. */
export function useTalk(initial: Talk, onTitle: (id: string, title: string) => void): [TalkState, TalkStore] {
  const translate = useTranslations("ui");
  const toast = useToast();
  const [talk, setTalk] = useState(initial);
  const [isFollowing, setFollowing] = useState(isBusy(initial));
  const [isConnected, setConnected] = useState(true);
  const [finished, setFinished] = useState<TurnView | null>(null);
  // What the stream and actions read and write between two renders.
  const current = useRef(initial);
  const change = useCallback((make: (talk: Talk) => Talk) => {
    current.current = make(current.current);
    setTalk(current.current);
  }, []);
  const show = useCallback(
    (next: Talk) => {
      change((now) => keepSettings(now, next));
      setFollowing(isBusy(next));
      setFinished(null);
    },
    [change],
  );
  const refresh = useCallback(async () => {
    const { id } = current.current;
    const next = id === "" ? null : await fetchTalk(id);
    if (next && current.current.id === id) {
      change((now) => keepSettings(now, next));
      setFollowing(isBusy(next));
    }
  }, [change]);
  const earlier = useCallback(async () => {
    const { id, turns } = current.current;
    const page = await fetchTalk(id, turns[0]?.id);
    if (!page || current.current.id !== id) return;
    const { turns: older, hasEarlier } = page;
    change((now) => ({ ...now, hasEarlier, turns: [...older, ...now.turns] }));
  }, [change]);

  useEffect(() => {
    if (!isFollowing || talk.id === "") return;
    return followStream(talk.id, {
      positions: () =>
        runningTurns(current.current).map(({ id, thinking, text }) => ({
          turnId: id,
          thinking: thinking.length,
          text: text.length,
        })),
      onDeltas: (deltas) => {
        const { talk: next, isWhole } = withDeltas(current.current, deltas);
        change(() => next);
        return isWhole;
      },
      onEvent: (event) => {
        if (event.type === "title") {
          change((now) => ({ ...now, title: event.title }));
          onTitle(talk.id, event.title);
        } else if (event.type === "turn") {
          const isPlaced = hasPlace(current.current, event.turn);
          change((now) => withTurn(now, event.turn));
          if (!isPlaced) refresh().catch(() => setConnected(false));
          if (event.turn.kind === "answer" && event.turn.state !== "running") setFinished(event.turn);
        } else {
          setFollowing(false);
          // What the stream left open is asked for: an answer it lost, or a waiting message that was sent just now.
          const look = async (round: number) => {
            const after = lookAfterMs[round];
            const { id, pending } = current.current;
            if (after === undefined || id !== talk.id || (pending.length === 0 && !isBusy(current.current))) return;
            await new Promise((resolve) => setTimeout(resolve, after));
            await refresh();
            if (!isBusy(current.current)) await look(round + 1);
          };
          look(0).catch(() => setConnected(false));
        }
      },
      onConnection: setConnected,
    });
  }, [isFollowing, talk.id, change, refresh, onTitle]);

  const applySent = useCallback(
    (sent: SendResult, askedIn = sent.conversationId) => {
      if (current.current.id !== askedIn) return;
      const isPlaced = hasPlace(current.current, sent.question);
      change((now) => withSent(now, sent));
      setFollowing(true);
      if (!isPlaced) refresh().catch(() => setConnected(false));
    },
    [change, refresh],
  );
  const perform = useCallback(
    async <Data>(action: Promise<ActionResult<Data>>): Promise<Data | null> => {
      try {
        const result = await action;
        if (result.ok) return result.data;
        toast({ message: result.message });
      } catch {
        // An action itself never throws: the server could not be reached.
        toast({ message: translate("offline") });
      }
      return null;
    },
    [toast, translate],
  );
  const isRunning = runningTurns(talk).length > 0;
  const getTalk = useCallback(() => current.current, []);
  const store = useMemo(
    () => ({ getTalk, change, show, refresh, earlier, applySent, perform }),
    [getTalk, change, show, refresh, earlier, applySent, perform],
  );
  return [{ talk, isRunning, isConnected, finished }, store];
}
