"use client";
import { ArrowUp, Camera, ListPlus, Paperclip, Square } from "lucide-react";
import { useTranslations } from "next-intl";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { RequestPreview } from "../contract.ts";
import { isComposing } from "../is-composing.ts";
import { Attachment } from "./attachment.tsx";
import { useDesk, useTalkState } from "./desk.tsx";
import { ModelPicker } from "./model-picker.tsx";
import { Pending } from "./pending.tsx";
import { type PresetChoice, PresetList, usePresets } from "./preset-list.tsx";
import { Refused } from "./refused.tsx";
import { SwitchLine } from "./switch-line.tsx";
import { useComposer } from "./use-composer.ts";
import { useFileDrop } from "./use-file-drop.ts";

interface ComposerProps {
  /** Where one writes: for what puts text in from elsewhere on the page. */
  field: RefObject<HTMLTextAreaElement | null>;
  stop: () => void;
  balanceNanos: bigint;
  preview: RequestPreview | null;
  onDraft: (text: string, attachmentIds: string) => void;
}

/** Where the next message is written: Enter sends, Shift+Enter breaks the line, an input method's Enter does neither. */
export function Composer({ field, stop, balanceNanos, preview, onDraft }: ComposerProps) {
  const translate = useTranslations("playground");
  const format = useFormat();
  const desk = useDesk();
  const { talk, isRunning } = useTalkState();
  const composer = useComposer(talk.id);
  const { text, setText, files } = composer;
  const [at, setAt] = useState(0);
  const found = usePresets(text);
  const attachmentIds = files.attachments.map(({ id }) => id).join(",");

  useEffect(() => onDraft(text, attachmentIds), [onDraft, text, attachmentIds]);

  const take = (preset: PresetChoice) => {
    if (preset.own) desk.applyPreset(preset.own);
    setText(preset.text);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    if (found.length > 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setAt((at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    const preset = found[Math.min(at, found.length - 1)];
    if (preset) take(preset);
    else composer.submit();
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files];
    const words = event.clipboardData.getData("text/plain");
    // A copied cell of a spreadsheet is both picture and words: the words are meant.
    if (pasted.length > 0 && words === "") {
      event.preventDefault();
      files.add(pasted);
    } else if (composer.isLongPaste(words)) {
      event.preventDefault();
      composer.paste(words);
    }
  };
  const latestAdd = useRef(files.add);
  useEffect(() => {
    latestAdd.current = files.add;
  });
  const isDropping = useFileDrop(useCallback((dropped: File[]) => void latestAdd.current(dropped), []));
  const activePreset = found[Math.min(at, found.length - 1)];

  return (
    <div className="composer">
      {isDropping && (
        <div className="drop-target" aria-hidden="true">
          <span>
            <Paperclip className="icon" />
            {translate("dropHere")}
          </span>
        </div>
      )}
      <Pending />
      <SwitchLine preview={preview} />
      {composer.failure && (
        <Notice tone="danger">
          <span role="alert">{composer.failure}</span>
        </Notice>
      )}
      <Refused refused={files.refused} dismiss={files.dismiss} />
      <div className="composer-box">
        <PresetList found={found} at={Math.min(at, found.length - 1)} take={take} />
        {(files.attachments.length > 0 || files.uploading > 0) && (
          <div className="attachments">
            {files.attachments.map((attachment) => (
              <Attachment key={attachment.id} attachment={attachment} remove={() => files.remove(attachment.id)} />
            ))}
            {files.uploading > 0 && <span className="attached muted">{translate("uploading")}</span>}
          </div>
        )}
        <textarea
          ref={field}
          value={text}
          rows={1}
          aria-label={translate("message")}
          placeholder={translate(talk.turns.length > 0 ? "placeholderNext" : "placeholder")}
          aria-autocomplete="list"
          aria-controls={found.length > 0 ? "presets" : undefined}
          aria-activedescendant={activePreset ? `preset-${activePreset.id}` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <div className="row">
          <FileButton add={files.add} />
          <ModelPicker />
          <span className="grow" />
          <span className="muted tiny wide-only">
            {translate("balance")} {format.money(balanceNanos)}
          </span>
          {isRunning && (
            <Button size="sm" onClick={stop} title={translate("stopHint")}>
              <Square className="icon icon-sm" />
              {translate("stop")}
            </Button>
          )}
          {(!isRunning || composer.canSend) && (
            <Button
              {...{ variant: "primary", size: "sm", disabled: !composer.canSend || composer.isSending }}
              onClick={composer.submit}
            >
              {isRunning ? <ListPlus className="icon icon-sm" /> : <ArrowUp className="icon icon-sm" />}
              {translate(isRunning ? "queue" : "send")}
            </Button>
          )}
        </div>
      </div>
      {desk.chosen.length === 0 && <p className="tiny muted">{translate("noModelWorks")}</p>}
    </div>
  );
}

const accept = "image/*,.heic,application/pdf,text/*,.md,.csv,.json,.tex,.bib,.py,.ipynb,.m,.jl,.r,.c,.cpp,.f90";

/** The clip; on a device that is touched, a camera beside it. */
function FileButton({ add }: { add: (files: File[]) => unknown }) {
  const translate = useTranslations("playground");
  const files = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const onChange = (event: { currentTarget: HTMLInputElement }) => {
    add([...(event.currentTarget.files ?? [])]);
    event.currentTarget.value = "";
  };
  const button = { variant: "ghost", size: "sm", icon: true } as const;
  return (
    <>
      <input ref={files} type="file" hidden multiple accept={accept} onChange={onChange} data-files="" />
      <input ref={camera} type="file" hidden accept="image/*" capture="environment" onChange={onChange} />
      <Button
        {...button}
        aria-label={translate("addFile")}
        title={translate("addFile")}
        onClick={() => files.current?.click()}
      >
        <Paperclip className="icon" />
      </Button>
      <Button
        {...button}
        className="touch-only"
        aria-label={translate("takePhoto")}
        title={translate("takePhoto")}
        onClick={() => camera.current?.click()}
      >
        <Camera className="icon" />
      </Button>
    </>
  );
}
