"use client";
import { type UserRole, userRoles } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { MenuItem, MoreMenu } from "#components/ui/menu.tsx";
import { UnlinkDialog } from "#features/campus/components/unlink-dialog.tsx";
import { resetUserPassword, setRole, setUsersDisabled, verifyUsers } from "../actions.ts";
import { OneTimePassword } from "./one-time-password.tsx";
import { useDisabling } from "./use-disabling.ts";

interface Person {
  id: string;
  studentId: string;
  name: string;
  role: UserRole;
  verified: boolean;
  disabled: boolean;
  /** With the campus's own sign-in. */
  isLinked: boolean;
}

/** The foot of the sheet: confirm the ID, disable, and what is needed more rarely. */
export function PersonActions({ person }: { person: Person }) {
  const translate = useTranslations("users");
  const campus = useTranslations("campus");
  const [asking, setAsking] = useState<"disable" | "reset" | "unlink" | UserRole | null>(null);
  const [password, setPassword] = useState<string | null>(null);
  const disabling = useDisabling();
  const { act, pending } = useAct();
  const userIds = [person.id];
  const { name, studentId } = person;
  const hide = () => setAsking(null);
  const roles = userRoles.filter((role) => role !== person.role);
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
            {roles.map((role) => (
              <MenuItem key={role} onSelect={() => setAsking(role)}>
                {translate(`make.${role}`)}
              </MenuItem>
            ))}
            {person.isLinked && <MenuItem onSelect={() => setAsking("unlink")}>{campus("unlink")}</MenuItem>}
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
      {roles.map((role) => (
        <ConfirmDialog
          key={role}
          open={asking === role}
          onOpenChange={hide}
          title={translate(`makeOf.${role}`, { name, studentId })}
          verb={translate(`make.${role}`)}
          action={setRole}
          input={{ userId: person.id, role }}
        >
          <p>{translate(`makeMeans.${role}`)}</p>
        </ConfirmDialog>
      ))}
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
      <UnlinkDialog person={person} open={asking === "unlink"} onClose={hide} />
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
