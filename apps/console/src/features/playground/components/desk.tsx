"use client";
import { createContext, type ReactNode, useContext } from "react";
import type { OwnPreset, PlaygroundModel } from "../contract.ts";
import type { Drafts, Fill, Place } from "../drafts.ts";
import type { PresetStore } from "./use-own-presets.ts";
import type { Settings } from "./use-settings.ts";
import type { TalkState, TalkStore } from "./use-talk.ts";

/** What the parts of the playground share; it changes seldom, and never with a piece of an answer. */
export interface Desk extends TalkStore {
  models: PlaygroundModel[];
  /** Models that the next question goes to; more than one: to be compared. */
  chosen: string[];
  choose: (models: string[]) => void;
  /** What stands in the composers of the conversations. */
  drafts: Drafts;
  /** Puts text and files behind what stands in the composer; `place`: in that of the conversation that was open when it began. */
  fill: (fill: Fill, place?: Place) => void;
  presets: PresetStore;
  /** Sets what a preset sets, and says what of it the chosen models don't take; its text is for the caller to put somewhere. */
  applyPreset: (preset: OwnPreset) => void;
  /** Sets the system prompt and the parameters anew, in the fields that show them too. */
  setSettings: (settings: Settings) => void;
  /** Another number after each `setSettings`. */
  settingsRound: number;
  openConversation: (id: string | null) => void;
  /** Tells the list that something of it changed on the server. */
  touchList: () => void;
}

const DeskContext = createContext<Desk | null>(null);
const TalkContext = createContext<TalkState | null>(null);

export function DeskProvider({ desk, state, children }: { desk: Desk; state: TalkState; children: ReactNode }) {
  return (
    <DeskContext value={desk}>
      <TalkContext value={state}>{children}</TalkContext>
    </DeskContext>
  );
}

/** The conversation as it is now; whoever asks is drawn again with every piece of an answer. */
export function useTalkState(): TalkState {
  const state = useContext(TalkContext);
  if (!state) throw new Error("useTalkState is for parts of the playground");
  return state;
}

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("useDesk is for parts of the playground");
  return desk;
}
