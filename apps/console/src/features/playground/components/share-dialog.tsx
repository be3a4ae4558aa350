"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Dialog, DialogBody, DialogFoot } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { longestLink, shareFragment } from "../share/share-link.ts";
import { useDesk, useTalkState } from "./desk.tsx";
import { SharedSettings } from "./shared-settings.tsx";

/** A link by which others begin as this conversation would go on: settings, and the draft if that is chosen; nothing of what was said. */
export function ShareDialog({ draft, close }: { draft: string; close: () => void }) {
  const translate = useTranslations("playground.share");
  const { chosen } = useDesk();
  const { talk } = useTalkState();
  const [withDraft, setWithDraft] = useState(false);
  const { systemPrompt, parameters } = talk;
  const shared = { models: chosen, systemPrompt, parameters, draft: withDraft ? draft : "" };
  const link = `${location.origin}/playground${shareFragment(shared)}`;
  const isTooLong = link.length > longestLink;
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={translate("title")} description={translate("about")}>
      <DialogBody>
        <SharedSettings shared={shared} />
        <label className="row">
          <input
            type="checkbox"
            className="check"
            checked={withDraft}
            disabled={draft.trim() === ""}
            onChange={(event) => setWithDraft(event.target.checked)}
          />
          {translate(draft.trim() === "" ? "noDraft" : "withDraft")}
        </label>
        {isTooLong ? (
          <Notice tone="warning">{translate("tooLong", { length: link.length, most: longestLink })}</Notice>
        ) : (
          <span className="input">
            <input
              readOnly
              value={link}
              aria-label={translate("link")}
              onFocus={(event) => event.currentTarget.select()}
            />
          </span>
        )}
      </DialogBody>
      {!isTooLong && (
        <DialogFoot>
          <CopyButton variant="primary" text={link} label={translate("copy")} />
        </DialogFoot>
      )}
    </Dialog>
  );
}
