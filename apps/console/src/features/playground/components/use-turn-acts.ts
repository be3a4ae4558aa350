"use client";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { type Asking, askingOf } from "#components/form/asking.ts";
import { useToast } from "#components/ui/toast.tsx";
import {
  clearContext,
  clearConversation,
  continueAnswer,
  deleteTurns,
  editTurn,
  forkConversation,
  regenerate,
  restore,
} from "../actions.ts";
import type { SendResult, TurnView } from "../contract.ts";
import { withTurn } from "../conversation-state.ts";
import { quoted } from "../plain-text.ts";
import { useDesk } from "./desk.tsx";

/** What can be done with a turn; each tells its failure in a toast, and what is deleted can be taken back there. */
export function useTurnActs() {
  const translate = useTranslations("playground");
  const toast = useToast();
  const desk = useDesk();
  const { perform, applySent, refresh } = desk;

  const undoable = (message: string, deletionId: string) =>
    toast({
      message,
      undo: async () => {
        if (await perform(restore({ deletionId }))) await refresh();
      },
    });

  /** Another conversation may have been opened meanwhile. */
  const showIn = (conversationId: string, turn: TurnView) =>
    desk.change((talk) => (talk.id === conversationId ? withTurn(talk, turn) : talk));

  const asking = useRef<Asking | null>(null);
  /** What is asked again is asked as the panel says now; pressed again because no reply came, it is the same asking. */
  const asked = <Act extends object>(name: string, act: Act) => {
    const { systemPrompt, parameters } = desk.getTalk();
    asking.current = askingOf(asking.current, name, act, systemPrompt, parameters);
    return { ...act, askId: asking.current.id, systemPrompt, parameters };
  };
  const applyAsked = (sent: SendResult) => {
    asking.current = null;
    applySent(sent);
  };

  return {
    regenerate: async (turnId: string, model?: string) => {
      const sent = await perform(regenerate(asked("again", { turnId, model })));
      if (sent) applyAsked(sent);
    },
    resume: async (turnId: string) => {
      const sent = await perform(continueAnswer(asked("on", { turnId })));
      if (sent) applyAsked(sent);
    },
    edit: async (turnId: string, text: string, rerun: boolean): Promise<boolean> => {
      const { id } = desk.getTalk();
      const change = { turnId, text, rerun };
      const edited = await perform(editTurn(rerun ? asked("words", { ...change, model: desk.chosen[0] }) : change));
      if (edited?.sent) applyAsked(edited.sent);
      const { turn } = edited ?? {};
      if (turn) showIn(id, turn);
      return edited !== null;
    },
    remove: async (turnId: string, scope: "one" | "from-here") => {
      const deleted = await perform(deleteTurns({ turnId, scope }));
      if (!deleted) return;
      await refresh();
      undoable(translate("turnsDeleted", { count: deleted.count }), deleted.deletionId);
    },
    fork: async (turnId: string) => {
      const made = await perform(forkConversation({ turnId }));
      if (!made) return;
      desk.touchList();
      desk.openConversation(made.conversationId);
      toast({ message: translate("forked") });
    },
    quote: (text: string) => desk.fill({ text: quoted(text) }),
    clearContext: async () => {
      const { id: conversationId } = desk.getTalk();
      const cleared = await perform(clearContext({ conversationId }));
      if (!cleared) return;
      showIn(conversationId, cleared.turn);
      const turnId = cleared.turn.id;
      toast({
        message: translate("contextCleared"),
        undo: async () => {
          if (await perform(deleteTurns({ turnId, scope: "one" }))) await refresh();
        },
      });
    },
    clearConversation: async () => {
      const cleared = await perform(clearConversation({ conversationId: desk.getTalk().id }));
      if (!cleared) return;
      await refresh();
      undoable(translate("conversationCleared"), cleared.deletionId);
    },
  };
}

export type TurnActs = ReturnType<typeof useTurnActs>;
