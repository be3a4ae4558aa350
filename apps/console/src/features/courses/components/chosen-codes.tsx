"use client";
import type { ChosenMember, IssuedCode } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { issueChosenCodes } from "../actions.ts";
import { CodeSlips } from "./code-slips.tsx";

/** Activation codes for those chosen who have not proven their ID: what was handed out stays good unless somebody wants all of them anew. */
export function ChosenCodes({
  course,
  members,
  onClose,
}: {
  course: { id: string; name: string };
  members: readonly ChosenMember[];
  onClose: () => void;
}) {
  const translate = useTranslations("courses");
  const ui = useTranslations("ui");
  const [codes, setCodes] = useState<IssuedCode[] | null>(null);
  const { act, pending } = useAct();
  const issue = (onlyMissing: boolean) =>
    act(
      () => issueChosenCodes({ courseId: course.id, memberIds: members.map((member) => member.id), onlyMissing }),
      (issued) => {
        if (issued.length === 0) return { message: translate(onlyMissing ? "codesNone" : "codesNobody") };
        setCodes(issued);
        return undefined;
      },
    );
  const chosen = members.length;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      insistent={codes !== null}
      title={codes ? translate("codesOf", { count: codes.length, chosen }) : translate("codesFor", { chosen })}
    >
      {codes ? (
        <DialogBody>
          <CodeSlips courseName={course.name} codes={codes}>
            <Button variant="ghost" onClick={onClose}>
              {translate("codeKept")}
            </Button>
          </CodeSlips>
        </DialogBody>
      ) : (
        <>
          <DialogBody>
            <p>{translate("codesMean")}</p>
          </DialogBody>
          <DialogFoot>
            <DialogClose>{ui("cancel")}</DialogClose>
            <Button aria-disabled={pending} onClick={() => issue(false)}>
              {translate("codesAnew")}
            </Button>
            <Button variant="primary" aria-disabled={pending} onClick={() => issue(true)}>
              {translate("codesMissing")}
            </Button>
          </DialogFoot>
        </>
      )}
    </Dialog>
  );
}
