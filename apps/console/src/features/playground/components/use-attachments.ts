"use client";
import { useLocale, useTranslations } from "next-intl";
import type { AttachmentView } from "../contract.ts";
import type { Place, Refusal } from "../drafts.ts";
import { fitImage, isHeic, isImage, UnreadableImage } from "../image.ts";
import { playgroundLimits, playgroundRoutes } from "../routes.ts";
import { useDesk } from "./desk.tsx";

const textTypes = /^(text\/|application\/(json|xml|x-yaml|toml|javascript|x-tex|x-python)$)/;
const textNames =
  /\.(txt|md|csv|tsv|json|ya?ml|toml|xml|html?|tex|bib|py|ipynb|m|jl|r|c|h|cpp|hpp|f90|rs|go|java|js|ts|sh|sql|log|dat)$/i;

/** Uploads what is pasted, dropped or chosen to where it was; what is refused is named there, file by file. */
export function useAttachments() {
  const translate = useTranslations("playground");
  const offline = useTranslations("ui")("offline");
  const locale = useLocale();
  const { drafts } = useDesk();

  /** The attachment, or why there is none. */
  const upload = async (file: File): Promise<AttachmentView | string> => {
    const { name } = file;
    const isPdf = file.type === "application/pdf";
    if (!isImage(file) && !isPdf && !textTypes.test(file.type) && !textNames.test(name))
      return translate("unknownFile");
    try {
      const body = isImage(file) ? await fitImage(file) : file;
      const most = isImage(file)
        ? playgroundLimits.imageBytes
        : isPdf
          ? playgroundLimits.pdfBytes
          : playgroundLimits.textBytes;
      if (body.size > most) return translate("fileTooLarge", { megabytes: Number((most / 1024 / 1024).toFixed(1)) });
      const type = isImage(file) || isPdf ? body.type : "text/plain";
      const reply = await fetch(playgroundRoutes.upload(name), {
        method: "POST",
        headers: { "content-type": type },
        body,
      });
      const answer: unknown = await reply.json();
      if (reply.ok) return answer as AttachmentView;
      const words = answer as { zh?: string; en?: string };
      return (locale === "zh" ? words.zh : words.en) ?? translate("uploadFailed");
    } catch (error) {
      if (!(error instanceof UnreadableImage)) return offline;
      return translate(isHeic(file) ? "unreadableHeic" : "unreadableImage");
    }
  };

  /** The answer: those that are there now. */
  const add = async (place: Place, files: File[]): Promise<AttachmentView[]> => {
    const most = playgroundLimits.attachmentsPerTurn;
    const room = Math.max(0, most - place.draft.attachments.length - place.draft.uploading);
    const taken = files.slice(0, room);
    const refused = files
      .slice(room)
      .map(({ name }): Refusal => ({ name, reason: translate("tooManyFiles", { most }) }));
    drafts.change(place, (now) => ({ uploading: now.uploading + taken.length }));
    const added: AttachmentView[] = [];
    for (const file of taken) {
      const answer = await upload(file);
      const isRefused = typeof answer === "string";
      if (isRefused) refused.push({ name: file.name, reason: answer });
      else added.push(answer);
      drafts.change(place, (now) => ({
        uploading: now.uploading - 1,
        ...(!isRefused && { attachments: [...now.attachments, answer] }),
      }));
    }
    drafts.change(place, () => ({ refused }));
    return added;
  };

  const remove = (place: Place, ids: readonly string[]) =>
    drafts.change(place, (now) => ({ attachments: now.attachments.filter(({ id }) => !ids.includes(id)) }));

  /** Takes out files that are no longer on the server (never sent, they are gone after a day), and says so. */
  const dropGone = async (place: Place): Promise<void> => {
    const gone: AttachmentView[] = [];
    for (const attachment of place.draft.attachments) {
      // Whoever is offline learns it by sending.
      const reply = await fetch(playgroundRoutes.attachment(attachment.id), { method: "HEAD" }).catch(() => null);
      if (reply?.status === 404) gone.push(attachment);
    }
    if (gone.length === 0) return;
    remove(
      place,
      gone.map(({ id }) => id),
    );
    drafts.change(place, () => ({ refused: gone.map(({ name }) => ({ name, reason: translate("fileGone") })) }));
  };
  return { add, remove, dropGone };
}
