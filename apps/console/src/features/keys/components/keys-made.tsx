"use client";
import { byteOrderMark, csvLine } from "@lyceum/domain";
import { Download, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CopyLine } from "#components/ui/code-block.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { saveFile } from "#features/courses/import/save-file.ts";
import type { MadeKeys } from "../made-key.ts";

/** Several keys, once: to copy one by one or together, or to save. */
export function KeysMade({ made }: { made: MadeKeys }) {
  const translate = useTranslations("keys");
  const [saved, setSaved] = useState(false);
  const save = () => {
    const head = csvLine([translate("name"), translate("secretColumn"), translate("baseUrl")]);
    const lines = made.keys.map(({ name, secret }) => csvLine([name, secret, made.baseUrl]));
    saveFile(translate("keysFile"), `${byteOrderMark}${head}${lines.join("")}`);
    setSaved(true);
  };
  return (
    <>
      <div className="dialog-body stack gap-3.5">
        <p className="small row items-start">
          <TriangleAlert className="icon icon-sm mt-1 text-warning" />
          {translate("shownOnceSeveral")}
        </p>
        <div className="row wrap">
          <CopyButton
            variant="primary"
            text={made.keys.map(({ name, secret }) => `${name}\t${secret}`).join("\n")}
            label={translate("copyAll", { count: made.keys.length })}
          />
          <Button onClick={save}>
            <Download className="icon icon-sm" />
            {translate(saved ? "savedCsv" : "saveCsv")}
          </Button>
        </div>
        <ul className="made-keys">
          {made.keys.map(({ id, name, secret }) => (
            <li key={id}>
              <span className="strong">{name}</span>
              <CopyLine text={secret} />
            </li>
          ))}
        </ul>
      </div>
      <DialogFoot>
        <DialogClose>{translate("savedClose")}</DialogClose>
      </DialogFoot>
    </>
  );
}
