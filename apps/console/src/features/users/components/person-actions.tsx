"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import { resetUserPassword, setRole, setUsersDisabled, verifyUsers } from "../actions.ts";
import { OneTimePassword } from "./one-time-password.tsx";
import { useDisabling } from "./use-disabling.ts";

interface Person {
  id: string;
  studentId: string;
  name: string;
  role: "student" | "admin";
  verified: boolean;
  disabled: boolean;
}

/** The foot of the sheet: confirm the ID, disable, and what is needed more rarely. */
export function PersonActions({ person }: { person: Person }) {
  const translate = useTranslations("users");
  const [asking, setAsking] = useState<"disable" | "reset" | "role" | null>(null);
  const [password, setPassword] = useState<string | null>(null);
  const disabling = useDisabling();
  const { act, pending } = useAct();
  const userIds = [person.id];
  const { name, studentId } = person;
  const hide = () => setAsking(null);
  const role = person.role === "admin" ? "student" : "admin";
  const verify = () =>
    act(
      () => verifyUsers({ userIds }),
      () => ({ message: translate("verifiedOne", { studentId }) }),
    );

  return (
    <>
      <div className="row wrap grow">
        {!person.verified && (
          <Button variant="primary" aria-disabled={pending} onClick={verify}>
            {translate("verify")}
          </Button>
        )}
        {person.disabled ? (
          <Button aria-disabled={disabling.pending} onClick={() => disabling.setDisabled(userIds, false)}>
            {translate("enable")}
          </Button>
        ) : (
          <Button variant="danger" onClick={() => setAsking("disable")}>
            {translate("disable")}
          </Button>
        )}
        <Button onClick={() => setAsking("reset")}>{translate("reset")}</Button>
        <span className="ml-auto">
          <MoreMenu name={name}>
            <MenuItem onSelect={() => setAsking("role")}>
              {translate(role === "admin" ? "makeAdmin" : "makeStudent")}
            </MenuItem>
          </MoreMenu>
        </span>
      </div>
      <ConfirmDialog
        open={asking === "disable"}
        onOpenChange={hide}
        title={translate("disableOne", { name, studentId })}
        verb={translate("disable")}
        danger
        action={setUsersDisabled}
        input={{ userIds, disabled: true }}
        onDone={({ changed }) => disabling.tellDisabled(changed)}
      >
        <p>{translate("disableMeans")}</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === "role"}
        onOpenChange={hide}
        title={translate(role === "admin" ? "makeAdminOf" : "makeStudentOf", { name, studentId })}
        verb={translate(role === "admin" ? "makeAdmin" : "makeStudent")}
        action={setRole}
        input={{ userId: person.id, role }}
      >
        <p>{translate(role === "admin" ? "makeAdminMeans" : "makeStudentMeans")}</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === "reset"}
        onOpenChange={hide}
        title={translate("resetOf", { name, studentId })}
        verb={translate("reset")}
        action={resetUserPassword}
        input={{ userId: person.id }}
        onDone={(data) => setPassword(data.password)}
      >
        <p>{translate("resetMeans")}</p>
      </ConfirmDialog>
      <Dialog
        open={password !== null}
        onOpenChange={() => setPassword(null)}
        insistent
        title={translate("resetDone", { name })}
        width="narrow"
      >
        {password !== null && (
          <OneTimePassword studentId={studentId} password={password} onClose={() => setPassword(null)} />
        )}
      </Dialog>
    </>
  );
}
