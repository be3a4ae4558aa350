"use client";
import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { copyText } from "#components/ui/copy-text.ts";
import { useToast } from "#components/ui/toast.tsx";
import { stop } from "../actions.ts";
import type { ConversationPage, ConversationView, OwnPreset, PlaygroundModel } from "../contract.ts";
import { emptyTalk, lastAnswer, type Talk } from "../conversation-state.ts";
import { Drafts } from "../drafts.ts";
import { lastCode } from "../plain-text.ts";
import type { Shared } from "../share/share-link.ts";
import { Chats } from "./chats.tsx";
import { Composer } from "./composer.tsx";
import { type Desk, DeskProvider } from "./desk.tsx";
import { FinishedStatus } from "./finished-status.tsx";
import { Log } from "./log.tsx";
import { ParametersPanel } from "./parameters-panel.tsx";
import { ShortcutsDialog, useShortcuts } from "./shortcuts.tsx";
import { LinkedStarter, Starters } from "./starters.tsx";
import { TalkHead } from "./talk-head.tsx";
import { useAvailable } from "./use-available.ts";
import { useChats } from "./use-chats.ts";
import { useKeptSettings } from "./use-kept-settings.ts";
import { useOwnPresets } from "./use-own-presets.ts";
import { usePreview } from "./use-preview.ts";
import { useReceivedLink } from "./use-received-link.ts";
import { useSettings } from "./use-settings.ts";
import { fetchTalk, useTalk } from "./use-talk.ts";

const ReceivedLink = dynamic(() => import("./received-link.tsx").then((module) => module.ReceivedLink));

interface PlaygroundProps {
  userId: string;
  models: PlaygroundModel[];
  conversations: ConversationPage;
  conversation: ConversationView | null;
  ownPresets: OwnPreset[];
  /** Asked for by `?model=`: "Try it" of the square. */
  model: string | null;
  balance: string;
  baseUrl: string;
}

const address = (id: string | null) => (id ? `/playground/${id}` : "/playground");

/** The whole playground: conversations, the open one, parameters. Conversations change without loading the page. */
export function Playground({
  userId,
  models,
  conversations,
  conversation,
  ownPresets,
  model,
  balance,
  baseUrl,
}: PlaygroundProps) {
  const firstModel = models.find(({ state }) => state === "available")?.name;
  const works = (name: string | null | undefined) =>
    models.some((each) => each.name === name && each.state === "available");
  const fresh = (): Talk => emptyTalk({ model: null, systemPrompt: "", parameters: {}, isTemporary: false });
  const modelsFor = (talk: Talk) => {
    const used = talk.model ?? lastAnswer(talk)?.answer?.model;
    const name = works(used) ? used : firstModel;
    return name ? [name] : [];
  };
  const begun = conversation ?? fresh();
  const chats = useChats(conversations);
  const [state, store] = useTalk(begun, chats.setTitle);
  const [chosen, choose] = useState(works(model) && model ? [model] : modelsFor(begun));
  const [showsShortcuts, setShowsShortcuts] = useState(false);
  const [draft, setDraft] = useState({ text: "", attachmentIds: "" });
  const field = useRef<HTMLTextAreaElement>(null);
  const drafts = useMemo(() => new Drafts(userId), [userId]);
  useEffect(() => drafts.forgetOthers(), [drafts]);
  const opened = useRef<string | null>(null);
  const { reload } = chats;
  const { show, getTalk, perform } = store;
  const presets = useOwnPresets(ownPresets, perform);
  const chosenModels = models.filter(({ name }) => chosen.includes(name));
  const settings = useSettings(store, chosenModels);
  useKeptSettings(state.talk, perform);
  const balanceNanos = useAvailable(BigInt(balance), state.finished);

  const open = async (id: string | null) => {
    opened.current = id;
    if ((id ?? "") === getTalk().id) return;
    const talk = id === null ? fresh() : await fetchTalk(id).catch(() => null);
    if (opened.current !== id) return; // another was opened meanwhile
    if (!talk) return location.assign(address(id));
    show(talk);
    if (id !== null) choose(modelsFor(talk));
  };
  const pathname = usePathname();
  const pathId = pathname.split("/")[2] ?? null;
  const talkId = state.talk.id;
  // Only a step back or forward in the history is followed here
  useEffect(() => {
    open(pathId);
  }, [pathId]);
  // The list shows which ones run, and in which order they were used.
  useEffect(() => {
    if (state.finished) reload();
  }, [state.finished, reload]);
  // A conversation that just began gets its address
  useEffect(() => {
    if (talkId !== "" && pathId === null) window.history.replaceState(null, "", address(talkId));
  }, [talkId]);

  // `open` reads what is current when it is called
  const desk: Desk = useMemo(
    () => ({
      ...store,
      models,
      chosen,
      choose,
      presets,
      ...settings,
      drafts,
      fill: (fill, place = drafts.at(getTalk().id)) => {
        drafts.put(place, fill);
        if (place.conversationId === getTalk().id) field.current?.focus();
      },
      openConversation: (id) => {
        open(id);
        if (id === null) field.current?.focus();
        if (location.pathname !== address(id)) window.history.pushState(null, "", address(id));
      },
      touchList: reload,
    }),
    [store, models, chosen, reload, presets, settings, drafts],
  );
  const received = useReceivedLink();
  const adopt = ({ models: named, draft: text, ...settingsOf }: Shared) => {
    received.close();
    desk.fill({ text }, drafts.at(""));
    if (getTalk().id !== "") desk.openConversation(null);
    desk.setSettings(settingsOf);
    const working = named.filter(works);
    if (working.length > 0) choose(working);
  };
  const stopAll = () => {
    if (state.isRunning) perform(stop({ conversationId: getTalk().id }));
  };
  return (
    <DeskProvider desk={desk} state={state}>
      <main className="bench" id="main" tabIndex={-1}>
        <Panels
          {...{ chats, draft, setDraft, field, baseUrl, stop: stopAll, balanceNanos }}
          showShortcuts={() => setShowsShortcuts(true)}
        />
        <FinishedStatus />
        {received.fragment && <ReceivedLink fragment={received.fragment} adopt={adopt} close={received.close} />}
        {showsShortcuts && <ShortcutsDialog close={() => setShowsShortcuts(false)} />}
      </main>
      <Keys stop={stopAll} desk={desk} showShortcuts={() => setShowsShortcuts(true)} />
    </DeskProvider>
  );
}

interface PanelsProps {
  chats: ReturnType<typeof useChats>;
  draft: { text: string; attachmentIds: string };
  setDraft: (draft: { text: string; attachmentIds: string }) => void;
  field: RefObject<HTMLTextAreaElement | null>;
  baseUrl: string;
  stop: () => void;
  balanceNanos: bigint;
  showShortcuts: () => void;
}

function Panels({ chats, draft, setDraft, field, baseUrl, stop, balanceNanos, showShortcuts }: PanelsProps) {
  const translate = useTranslations("playground");
  const preview = usePreview(draft.text, draft.attachmentIds);
  const onDraft = useCallback((text: string, attachmentIds: string) => setDraft({ text, attachmentIds }), [setDraft]);
  return (
    <>
      <aside className="chats" id="chats" popover="auto" aria-label={translate("conversations")}>
        <Chats store={chats} />
      </aside>
      <section className="talk" aria-label={translate("conversation")}>
        <TalkHead preview={preview} draft={draft.text} baseUrl={baseUrl} showShortcuts={showShortcuts} />
        <Log empty={<Starters />} />
        <Composer {...{ field, stop, balanceNanos, preview, onDraft }} />
        <LinkedStarter />
      </section>
      <aside className="params" id="params" popover="auto" aria-label={translate("parameters")}>
        <ParametersPanel preview={preview} draft={draft.text} />
      </aside>
    </>
  );
}

/** The keys of the whole page. */
function Keys({ desk, stop: stopAll, showShortcuts }: { desk: Desk; stop: () => void; showShortcuts: () => void }) {
  const translate = useTranslations("playground");
  const toast = useToast();
  const copy = async (text: string | null | undefined, words: string) => {
    const done = text ? await copyText(text, document.body) : false;
    toast({ message: done ? words : translate(text ? "copyFailed" : "nothingToCopy") });
  };
  useShortcuts({
    newConversation: () => desk.openConversation(null),
    copyAnswer: () => copy(lastAnswer(desk.getTalk())?.text, translate("answerCopied")),
    copyCode: () => copy(lastCode(lastAnswer(desk.getTalk())?.text ?? ""), translate("codeCopied")),
    list: showShortcuts,
    stop: stopAll,
  });
  return null;
}
