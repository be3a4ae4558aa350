"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { unlinkCampus } from "../actions.ts";

interface UnlinkDialogProps {
  person: { readonly id: string; readonly studentId: string; readonly name: string; readonly role: string };
  open: boolean;
  onClose: () => void;
}

/** Asks whose the account is from now on: the same person's, or another's who has the ID now. An account with power goes to nobody else. */
export function UnlinkDialog({ person, open, onClose }: UnlinkDialogProps) {
  const { id: userId, name, studentId, role } = person;
  const translate = useTranslations("campus");
  const toast = useToast();
  const [who, setWho] = useState<"same" | "another">("same");
  const close = () => {
    setWho("same");
    onClose();
  };
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={close}
      title={translate("unlinkOf", { name, studentId })}
      verb={translate("unlink")}
      danger={who === "another"}
      action={unlinkCampus}
      input={{ userId, who }}
      onDone={() => toast({ message: translate("unlinked", { studentId }) })}
    >
      {role === "student" && (
        <fieldset className="field">
          <legend className="label mb-1">{translate("unlinkWho")}</legend>
          <div className="stack">
            {(["same", "another"] as const).map((value) => (
              <label key={value} className="row font-normal">
                <input
                  type="radio"
                  name="who"
                  value={value}
                  className="radio"
                  checked={who === value}
                  onChange={() => setWho(value)}
                />
                {translate(`unlinkWhose.${value}`)}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <p>{translate("unlinkMeans")}</p>
      <p>{translate(`unlinkKeeps.${who}`)}</p>
    </ConfirmDialog>
  );
}
