"use client";
import { useLocale, useTranslations } from "next-intl";
import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { askingOf } from "#components/form/asking.ts";
import { useToast } from "#components/ui/toast.tsx";
import { send } from "../actions.ts";
import { emptyDraft } from "../drafts.ts";
import { playgroundLimits } from "../routes.ts";
import { useDesk } from "./desk.tsx";
import { useAttachments } from "./use-attachments.ts";

/** The text and files of the next message: kept as a draft, sent, and kept again when sending fails. */
export function useComposer(conversationId: string) {
  const translate = useTranslations("playground");
  const offline = useTranslations("ui")("offline");
  const locale = useLocale();
  const toast = useToast();
  const desk = useDesk();
  const { drafts } = desk;
  const { add, remove, dropGone } = useAttachments();
  const place = drafts.at(conversationId);
  const draft = useSyncExternalStore(
    drafts.subscribe,
    () => place.draft,
    () => emptyDraft,
  );
  const { text, attachments, uploading, isSending, failure } = draft;
  const setText = useCallback((next: string) => drafts.change(place, () => ({ text: next })), [drafts, place]);

  const latest = useRef(dropGone);
  useEffect(() => {
    latest.current = dropGone;
  });
  useEffect(() => {
    latest.current(place);
    return () => drafts.change(place, () => ({ failure: null, refused: [] }));
  }, [drafts, place]);

  const canSend = (text.trim() !== "" || attachments.length > 0) && uploading === 0 && desk.chosen.length > 0;
  const submit = async () => {
    if (!canSend || isSending) return;
    const talk = desk.getTalk();
    const { isTemporary, systemPrompt, parameters } = talk;
    const sentIds = attachments.map(({ id }) => id);
    const asking = askingOf(draft.asking, text, sentIds, desk.chosen);
    drafts.change(place, () => ({ isSending: true, failure: null, asking }));
    try {
      const result = await send({
        askId: asking.id,
        ...{ conversationId: talk.id || null, isTemporary, text, attachmentIds: sentIds },
        ...{ models: desk.chosen, systemPrompt, parameters },
      });
      if (result.ok) {
        drafts.change(place, (now) => ({ asking: null, text: now.text === text ? "" : now.text }));
        remove(place, sentIds);
        if (talk.id === "" && desk.getTalk().id === "") drafts.begin(result.data.conversationId);
        desk.applySent(result.data, talk.id);
        desk.touchList();
      } else {
        drafts.change(place, () => ({ failure: result.message }));
        dropGone(place);
      }
    } catch {
      drafts.change(place, () => ({ failure: offline }));
    } finally {
      drafts.change(place, () => ({ isSending: false }));
    }
  };

  const paste = async (pasted: string): Promise<void> => {
    const name = `${locale === "zh" ? "粘贴" : "paste"}.txt`;
    const [attachment] = await add(place, [new File([pasted], name, { type: "text/plain" })]);
    const append = () => drafts.change(place, (now) => ({ text: now.text + pasted }));
    if (!attachment) return append();
    toast({
      message: translate("pastedAsFile"),
      undo: () => {
        remove(place, [attachment.id]);
        append();
      },
    });
  };
  const isLongPaste = (pasted: string) => pasted.length > playgroundLimits.longPasteLength;
  const files = {
    ...{ attachments, uploading, refused: draft.refused },
    add: (chosen: File[]) => add(place, chosen),
    remove: (id: string) => remove(place, [id]),
    dismiss: () => drafts.change(place, () => ({ refused: [] })),
  };
  return { text, setText, files, isSending, failure, canSend, submit, paste, isLongPaste };
}
