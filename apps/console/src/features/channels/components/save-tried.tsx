"use client";
import { Square, Zap } from "lucide-react";
import { useTranslations } from "next-intl";
import type { RefObject } from "react";
import { SubmitButton } from "#components/form/fields.tsx";
import { Button } from "#components/ui/button.tsx";
import { DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import type { standing } from "./tried-rows.ts";

/** Which rows the form is to save. */
export type Wanted = "all" | "passing";

/** The foot of a form with models: test them, stop that, and save all of them or those that passed. */
export function SaveTried({
  found,
  running,
  pending,
  wanted,
  onTest,
  onStop,
  verb,
}: {
  found: ReturnType<typeof standing>;
  running: boolean;
  pending: boolean;
  /** Set before the form is sent. */
  wanted: RefObject<Wanted>;
  onTest: (form: HTMLFormElement) => void;
  onStop: () => void;
  /** What saving is called where there is nothing to choose. */
  verb: { tested: string; untested: string };
}) {
  const translate = useTranslations("channels");
  const { all, passing, isTested } = found;
  const isSplit = passing > 0 && !isTested;
  return (
    <DialogFoot>
      {running ? (
        <Button className="mr-auto" onClick={onStop}>
          <Square className="icon" />
          {translate("stopTrials")}
        </Button>
      ) : (
        <Button
          className="mr-auto"
          aria-disabled={pending}
          onClick={(event) => event.currentTarget.form && onTest(event.currentTarget.form)}
        >
          <Zap className="icon" />
          {all > 1 ? translate("testTicked", { count: all }) : translate("test")}
        </Button>
      )}
      <DialogClose>{translate("cancel")}</DialogClose>
      {isSplit && (
        <Button
          type="submit"
          onClick={() => {
            wanted.current = "all";
          }}
        >
          {translate("saveAll", { count: all })}
        </Button>
      )}
      <SubmitButton
        pending={pending}
        onClick={() => {
          wanted.current = isSplit ? "passing" : "all";
        }}
      >
        {isSplit ? translate("savePassing", { count: passing }) : isTested ? verb.tested : verb.untested}
      </SubmitButton>
    </DialogFoot>
  );
}
