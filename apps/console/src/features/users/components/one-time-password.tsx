"use client";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { CopyLine } from "#components/ui/code-block.tsx";
import { DialogBody, DialogFoot } from "#components/ui/dialog.tsx";

/** Shown once: what to hand over, and that it must be changed at the next sign-in. */
export function OneTimePassword({
  studentId,
  password,
  onClose,
}: {
  studentId: string;
  password: string;
  onClose: () => void;
}) {
  const translate = useTranslations("users");
  return (
    <>
      <DialogBody>
        <CopyLine label={translate("studentId")} text={studentId} />
        <CopyLine label={translate("password")} text={password} />
        <p className="muted small">{translate("passwordOnce")}</p>
      </DialogBody>
      <DialogFoot>
        <Button variant="primary" onClick={onClose}>
          {translate("passwordKept")}
        </Button>
      </DialogFoot>
    </>
  );
}
