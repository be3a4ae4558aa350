"use client";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogFoot } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { lookUpModels } from "../share/actions.ts";
import { readShare } from "../share/read-share.ts";
import type { Shared } from "../share/share-link.ts";
import { useDesk } from "./desk.tsx";
import { SharedSettings } from "./shared-settings.tsx";
import { useMisfits } from "./use-settings.ts";

interface ReceivedLinkProps {
  fragment: string;
  /** Begins a conversation with it; sends nothing. */
  adopt: (shared: Shared) => void;
  close: () => void;
}

/** What an opened link holds, before any of it is taken: all of it, what the models don't take, and models that aren't the reader's. */
export function ReceivedLink({ fragment, adopt, close }: ReceivedLinkProps) {
  const translate = useTranslations("playground.share");
  const [shared] = useState(() => readShare(fragment));
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={translate("received")}
      description={shared ? translate("receivedAbout") : undefined}
    >
      {shared ? (
        <Received {...{ shared, adopt, close }} />
      ) : (
        <DialogBody>
          <Notice tone="warning">{translate("broken")}</Notice>
        </DialogBody>
      )}
    </Dialog>
  );
}

type LookedUp = { name: string; isKnown: boolean; reason: string | null };

function Received({ shared, adopt, close }: { shared: Shared } & Omit<ReceivedLinkProps, "fragment">) {
  const translate = useTranslations("playground.share");
  const { models } = useDesk();
  const sayMisfits = useMisfits();
  const theirs = models.filter(({ name }) => shared.models.includes(name));
  const others = shared.models.filter((name) => !theirs.some((model) => model.name === name));
  const resting = theirs.filter(({ state }) => state !== "available");
  const [lookedUp, setLookedUp] = useState<LookedUp[]>([]);
  const asked = others.join("\n");
  useEffect(() => {
    if (asked === "") return;
    // Without an answer the names stand there alone, with the way to the square.
    lookUpModels({ models: asked.split("\n") }).then(
      (result) => result.ok && setLookedUp(result.data),
      () => undefined,
    );
  }, [asked]);
  return (
    <>
      <DialogBody>
        <SharedSettings shared={shared} />
        {others.map((name) => {
          const found = lookedUp.find((each) => each.name === name);
          return (
            <Notice
              key={name}
              tone="warning"
              action={
                <a href={found?.isKnown ? `/models?model=${encodeURIComponent(name)}` : "/models"}>
                  {translate(found && !found.isKnown ? "allModels" : "toSquare")}
                </a>
              }
            >
              {found && !found.isKnown ? translate("unknownModel", { name }) : translate("notYours", { name })}{" "}
              {found?.reason}
            </Notice>
          );
        })}
        {resting.map(({ name, insteadName }) => (
          <Notice key={name} tone="warning">
            {translate("resting", { name })} {insteadName && translate("instead", { name: insteadName })}
          </Notice>
        ))}
        {sayMisfits(shared.parameters, theirs).map((sentence) => (
          <Notice key={sentence}>{sentence}</Notice>
        ))}
      </DialogBody>
      <DialogFoot>
        <Button onClick={close}>{translate("leave")}</Button>
        <Button variant="primary" onClick={() => adopt(shared)}>
          {translate("adopt")}
        </Button>
      </DialogFoot>
    </>
  );
}
