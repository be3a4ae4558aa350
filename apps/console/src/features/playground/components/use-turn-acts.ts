"use client";
import { useTranslations } from "next-intl";
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
import type { TurnView } from "../contract.ts";
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

  /** What is asked again is asked as the panel says now. */
  const settings = () => {
    const { systemPrompt, parameters } = desk.getTalk();
    return { systemPrompt, parameters };
  };

  return {
    regenerate: async (turnId: string, model?: string) => {
      const sent = await perform(regenerate({ turnId, model, ...settings() }));
      if (sent) applySent(sent);
    },
    resume: async (turnId: string) => {
      const sent = await perform(continueAnswer({ turnId, ...settings() }));
      if (sent) applySent(sent);
    },
    edit: async (turnId: string, text: string, rerun: boolean): Promise<boolean> => {
      const { id } = desk.getTalk();
      const again = rerun ? { model: desk.chosen[0], ...settings() } : {};
      const edited = await perform(editTurn({ turnId, text, rerun, ...again }));
      if (edited?.sent) applySent(edited.sent);
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
