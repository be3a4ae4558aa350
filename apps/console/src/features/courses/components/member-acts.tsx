"use client";
import type { ChosenMember } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { CopyLine } from "#components/ui/code-block.tsx";
import { Dialog, DialogBody, DialogFoot } from "#components/ui/dialog.tsx";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import { confirmCourseMember, endMembership, issueMemberCode } from "../actions.ts";
import { FundDialog, type FundedCourse } from "./fund-dialog.tsx";

interface MemberActsProps {
  course: FundedCourse;
  member: ChosenMember & { standing: "proven" | "registered" | "missing"; isStudent: boolean };
}

/** The foot of the sheet: money; proof of the ID where it is missing; the end of the membership. */
export function MemberActs({ course, member }: MemberActsProps) {
  const translate = useTranslations("courses");
  const [open, setOpen] = useState<"fund" | "confirm" | "end" | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const { act, pending } = useAct();
  const { name, studentId, standing } = member;
  const input = { courseId: course.id, memberId: member.id };
  const hide = () => setOpen(null);
  const issue = () =>
    act(
      () => issueMemberCode(input),
      (issued) => {
        setCode(issued.code);
        return undefined;
      },
    );
  return (
    <>
      <div className="row wrap grow">
        <Button variant="primary" onClick={() => setOpen("fund")}>
          {translate("fund")}
        </Button>
        {standing === "registered" && <Button onClick={() => setOpen("confirm")}>{translate("confirm")}</Button>}
        {standing !== "proven" && (
          <Button aria-disabled={pending} onClick={issue}>
            {translate("issueCode")}
          </Button>
        )}
        {member.isStudent && (
          <span className="ml-auto">
            <MoreMenu name={name}>
              <MenuItem danger onSelect={() => setOpen("end")}>
                {translate("endMembership")}
              </MenuItem>
            </MoreMenu>
          </span>
        )}
      </div>
      {open === "fund" && <FundDialog course={course} initialMode="add" members={[member]} onClose={hide} />}
      <ConfirmDialog
        open={open === "confirm"}
        onOpenChange={hide}
        title={translate("confirmTitle", { name, studentId })}
        verb={translate("confirm")}
        action={confirmCourseMember}
        input={input}
      >
        <p>{translate("confirmMeans")}</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={open === "end"}
        onOpenChange={hide}
        title={translate("endTitle", { name, studentId })}
        verb={translate("endMembership")}
        danger
        action={endMembership}
        input={input}
      >
        <p>{translate("endMeans")}</p>
      </ConfirmDialog>
      <Dialog
        open={code !== null}
        onOpenChange={() => setCode(null)}
        insistent
        title={translate("codeOf", { name })}
        width="narrow"
      >
        {code !== null && (
          <>
            <DialogBody>
              <CopyLine label={translate("studentId")} text={studentId} />
              <CopyLine label={translate("activationCode")} text={code} />
              <p className="muted small">{translate("codeOnce")}</p>
            </DialogBody>
            <DialogFoot>
              <Button variant="primary" onClick={() => setCode(null)}>
                {translate("codeKept")}
              </Button>
            </DialogFoot>
          </>
        )}
      </Dialog>
    </>
  );
}
