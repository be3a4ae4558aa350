"use client";
import { useTranslations } from "next-intl";
import { SelectField, SubmitButton } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useAct } from "#components/form/use-act.ts";
import { useActionForm } from "#components/form/use-action-form.ts";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { setMembership } from "../actions.ts";

interface MembershipDialogProps {
  /** Into the group, or out of it. */
  member: boolean;
  userIds: string[];
  groups: { id: string; name: string }[];
  onClose: () => void;
}

export function MembershipDialog({ member, userIds, groups, onClose }: MembershipDialogProps) {
  const translate = useTranslations("users");
  const toast = useToast();
  const { act } = useAct();
  const form = useActionForm(setMembership, {
    toInput: (values) => ({ userIds, groupId: String(values.groupId), member }),
    onSuccess: ({ changed }, element) => {
      const groupId = String(new FormData(element).get("groupId"));
      const group = groups.find(({ id }) => id === groupId)?.name ?? groupId;
      const message = translate(member ? "joinedMany" : "leftMany", { count: changed.length, group });
      const undo = () =>
        act(
          () => setMembership({ userIds: changed, groupId, member: !member }),
          () => undefined,
        );
      toast(changed.length > 0 ? { message, undo } : { message });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={translate(member ? "joinTitle" : "leaveTitle", { count: userIds.length })}
      width="narrow"
    >
      <Form
        form={form}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton pending={form.pending}>{translate(member ? "join" : "leave")}</SubmitButton>
          </DialogFoot>
        }
      >
        <SelectField name="groupId" label={translate("group")} hint={translate(member ? "joinMeans" : "leaveMeans")}>
          {groups.map((group) => (
            <option key={group.id} value={group.id}>
              {group.name}
            </option>
          ))}
        </SelectField>
      </Form>
    </Dialog>
  );
}
