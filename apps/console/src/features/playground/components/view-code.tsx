"use client";
import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog, DialogBody } from "#components/ui/dialog.tsx";
import { SnippetTabs } from "#features/snippets/components/snippet-tabs.tsx";
import type { RequestPreview } from "../contract.ts";
import { playgroundRoutes } from "../routes.ts";

interface ViewCodeProps {
  preview: RequestPreview | null;
  baseUrl: string;
  close: () => void;
}

const kinds = ["curl", "python", "javascript"] as const;

/** The next request as code for each client, with the pictures that it reads. */
export function ViewCode({ preview, baseUrl, close }: ViewCodeProps) {
  const translate = useTranslations("playground");
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={translate("viewCode")}>
      <DialogBody>
        {preview ? (
          <>
            {preview.files.length > 0 && (
              <div className="stack gap-1">
                <p className="small">{translate("picturesBeside")}</p>
                <ul className="row wrap">
                  {preview.files.map(({ file, attachmentId }) => (
                    <li key={file}>
                      <a className="chip" href={playgroundRoutes.attachment(attachmentId)} download={file}>
                        <Download className="icon icon-sm" />
                        {file}
                      </a>
                    </li>
                  ))}
                </ul>
              </div>
            )}
            <SnippetTabs {...{ baseUrl, kinds, model: preview.asked.model, asked: preview.asked }} />
          </>
        ) : (
          <p className="muted">{translate("nothingToSend")}</p>
        )}
      </DialogBody>
    </Dialog>
  );
}
