"use client";
import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/form/confirm-dialog.tsx";
import { useAct } from "#components/form/use-act.ts";
import { BulkBarFrame } from "#components/ui/bulk-bar.tsx";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { chooseAll, setUsersDisabled, verifyUsers } from "../actions.ts";
import { AmountDialog } from "./amount-dialog.tsx";
import { MembershipDialog } from "./membership-dialog.tsx";
import { useSelection } from "./selection.tsx";
import { useDisabling } from "./use-disabling.ts";

type Open = "add" | "set" | "join" | "leave" | "disable" | null;

/** The acts on everybody ticked; it appears with the first tick. `view` is the page's filter, for "select all". */
export function BulkBar({
  total,
  view,
  groups,
}: {
  total: number;
  view: Record<string, string>;
  groups: { id: string; name: string }[];
}) {
  const translate = useTranslations("users");
  const { chosen, change, clear } = useSelection();
  const [open, setOpen] = useState<Open>(null);
  const people = [...chosen.values()];
  const userIds = people.map((person) => person.id);

  const { act, pending } = useAct();
  const disabling = useDisabling();
  const everybody = () =>
    act(
      () => chooseAll({ view }),
      (found) => {
        change(found, true);
        return undefined;
      },
    );
  const verify = () =>
    act(
      () => verifyUsers({ userIds }),
      ({ changed }) => ({ message: translate("verifiedMany", { count: changed.length }) }),
    );

  if (people.length === 0) return null;
  const show = (next: Open) => () => setOpen(next);
  const hide = () => setOpen(null);
  return (
    <>
      <BulkBarFrame
        label={translate("bulk")}
        count={translate("chosen", { count: people.length })}
        more={
          people.length < total && (
            <Button variant="ghost" size="sm" onClick={everybody} aria-disabled={pending}>
              {translate("chooseAll", { count: total })}
            </Button>
          )
        }
        busy={pending || disabling.pending}
        clearLabel={translate("clear")}
        onClear={clear}
      >
        <Button variant="primary" size="sm" onClick={show("add")}>
          {translate("add")}
        </Button>
        <Button size="sm" onClick={show("set")}>
          {translate("setTo")}
        </Button>
        <Menu
          trigger={
            <Button size="sm">
              <Ellipsis className="icon icon-sm" />
              {translate("more")}
            </Button>
          }
        >
          <MenuItem onSelect={verify}>{translate("verify")}</MenuItem>
          <MenuItem onSelect={show("join")}>{translate("join")}</MenuItem>
          <MenuItem onSelect={show("leave")}>{translate("leave")}</MenuItem>
          <MenuItem onSelect={() => disabling.setDisabled(userIds, false)}>{translate("enable")}</MenuItem>
          <MenuItem danger onSelect={show("disable")}>
            {translate("disable")}
          </MenuItem>
        </Menu>
      </BulkBarFrame>
      {(open === "add" || open === "set") && <AmountDialog mode={open} people={people} onClose={hide} onDone={clear} />}
      {(open === "join" || open === "leave") && (
        <MembershipDialog member={open === "join"} userIds={userIds} groups={groups} onClose={hide} />
      )}
      <ConfirmDialog
        open={open === "disable"}
        onOpenChange={hide}
        title={translate("disableTitle", { count: people.length })}
        verb={translate("disableCount", { count: people.length })}
        danger
        action={setUsersDisabled}
        input={{ userIds, disabled: true }}
        onDone={({ changed }) => disabling.tellDisabled(changed)}
      >
        <p>{translate("disableMeans")}</p>
      </ConfirmDialog>
    </>
  );
}
