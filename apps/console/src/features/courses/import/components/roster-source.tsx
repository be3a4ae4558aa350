"use client";
import { FileUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { type DragEvent, useState } from "react";
import { Button, buttonClass } from "#components/ui/button.tsx";
import type { Source } from "../send-roster.ts";

/** A list to be chosen, dropped or pasted. */
export function RosterSource({ onOpen }: { onOpen: (source: Source) => void }) {
  const translate = useTranslations("roster");
  const [text, setText] = useState("");
  const [over, setOver] = useState(false);
  const open = (file: File | undefined) => file && onOpen({ blob: file, name: file.name });
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    open(event.dataTransfer.files[0]);
  };
  return (
    <div className="grid max-w-3xl gap-4">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a short way; the button inside does the same */}
      <div
        onDrop={drop}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        className={`grid justify-items-start gap-2 rounded-lg border border-control border-dashed p-5 ${over ? "bg-accent-soft" : "bg-surface"}`}
      >
        <label className={buttonClass({ variant: "primary" }, "relative cursor-pointer focus-within:shadow-(--ring)")}>
          <FileUp className="icon" />
          {translate("chooseFile")}
          <input
            type="file"
            accept=".xlsx,.csv,.tsv,.txt,text/csv,text/plain"
            className="absolute inset-0 cursor-pointer opacity-0"
            onChange={(event) => {
              open(event.target.files?.[0]);
              // The same file, mended outside, can be chosen again.
              event.target.value = "";
            }}
          />
        </label>
        <p className="small muted">{translate("fileHint")}</p>
      </div>
      <form
        className="field"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") onOpen({ blob: new Blob([text]), name: translate("pastedName") });
        }}
      >
        <label htmlFor="roster-text">{translate("paste")}</label>
        <span className="input textarea">
          <textarea
            id="roster-text"
            rows={5}
            value={text}
            spellCheck={false}
            aria-describedby="roster-text-hint"
            onChange={(event) => setText(event.target.value)}
          />
        </span>
        <p className="hint" id="roster-text-hint">
          {translate("pasteHint")}
        </p>
        <div className="mt-2">
          <Button type="submit" disabled={text.trim() === ""}>
            {translate("preview")}
          </Button>
        </div>
      </form>
    </div>
  );
}
