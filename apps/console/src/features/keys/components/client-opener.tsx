"use client";
import { ExternalLink, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { buttonClass } from "#components/ui/button.tsx";
import { CopyLine } from "#components/ui/code-block.tsx";
import { type ChatClient, clientLink, clientNames } from "../client-links.ts";
import type { MadeKey } from "../made-key.ts";

interface ClientOpenerProps {
  client: ChatClient;
  made: MadeKey;
  siteName: string;
  lobeUrl: string;
}

/** The link that hands the key to its program, and what to type there where nothing opens. The link is made here and sent nowhere else. */
export function ClientOpener({ client, made, siteName, lobeUrl }: ClientOpenerProps) {
  const translate = useTranslations("keys");
  const name = clientNames[client];
  const link = clientLink(client, { siteName, ...made }, lobeUrl);
  const isPage = client === "lobe";
  return (
    <>
      {isPage && (
        <p className="small row items-start">
          <TriangleAlert className="icon icon-sm mt-1 text-warning" />
          {translate("lobeWarning")}
        </p>
      )}
      <a
        className={buttonClass({ variant: "primary" }, "justify-self-start")}
        href={link}
        {...(isPage ? { target: "_blank", rel: "noreferrer" } : {})}
      >
        <ExternalLink className="icon" />
        {translate("openClient", { client: name })}
      </a>
      <div className="stack gap-2">
        <p className="small muted">{translate("byHand", { client: name })}</p>
        <CopyLine label={translate("baseUrl")} text={client === "lobe" ? made.baseUrl : made.baseUrl.slice(0, -3)} />
        {made.model !== null && <CopyLine label={translate("model")} text={made.model} />}
      </div>
    </>
  );
}
