"use client";
import { useTranslations } from "next-intl";
import { CheckField, SubmitButton, TextareaField, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { type FormValues, useActionForm } from "#components/form/use-action-form.ts";
import { Dialog, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { changeModels } from "../actions.ts";
import { capabilities } from "../schema.ts";
import { type RedirectChoice, RetireFields } from "./retire-model.tsx";

type Act = Parameters<typeof changeModels>[0]["act"];
export type BulkKind = Act["kind"];

interface Props {
  kind: BulkKind;
  modelIds: string[];
  groups: { id: string; name: string }[];
  redirects: RedirectChoice[];
  onClose: () => void;
  onDone: () => void;
}

/** One act for all that are ticked: what it needs, and a button that counts. */
export function BulkDialog({ kind, modelIds, groups, redirects, onClose, onDone }: Props) {
  const translate = useTranslations("models");
  const toast = useToast();
  const form = useActionForm(changeModels, {
    toInput: (values) => ({ modelIds, act: toAct(kind, values) }),
    onSuccess: ({ changed, unchanged, inForce }) => {
      const told = translate("bulkDone", { changed: changed.length, unchanged: unchanged.length });
      toast({ message: inForce ? told : `${told} ${translate("notInForce")}` });
      onDone();
      onClose();
    },
  });
  const title = translate(`bulk_${kind}`, { count: modelIds.length });
  return (
    <Dialog title={title} description={translate("bulkMeans")} width="narrow" open onOpenChange={onClose}>
      <Form
        form={{ ...form, errors: actErrors(form.errors) }}
        className="dialog-body stack"
        footer={
          <DialogFoot>
            <DialogClose>{translate("cancel")}</DialogClose>
            <SubmitButton variant={kind === "retire" ? "danger" : "primary"} pending={form.pending}>
              {title}
            </SubmitButton>
          </DialogFoot>
        }
      >
        <BulkFields kind={kind} groups={groups} redirects={redirects} />
      </Form>
    </Dialog>
  );
}

function BulkFields({ kind, groups, redirects }: Pick<Props, "kind" | "groups" | "redirects">) {
  const translate = useTranslations("models");
  switch (kind) {
    case "pause":
      return (
        <TextField
          name="reason"
          label={translate("reason")}
          hint={translate("pauseReasonHint")}
          maxLength={200}
          optional
        />
      );
    case "retire":
      return <RetireFields redirects={redirects} />;
    case "open":
    case "close":
      return groups.map(({ id, name }) => <CheckField key={id} name="groups[]" value={id} label={name} />);
    case "price":
      return (
        <div className="grid grid-cols-2 gap-3">
          <TextField name="input" label={translate("priceInput")} inputMode="decimal" />
          <TextField name="output" label={translate("priceOutput")} inputMode="decimal" />
        </div>
      );
    case "factor":
      return <TextField name="factor" label={translate("factor")} hint={translate("factorHint")} inputMode="decimal" />;
    case "capabilities":
      return (
        <div className="grid grid-cols-2 gap-3">
          {(["add", "remove"] as const).map((name) => (
            <fieldset key={name} className="stack gap-1.5">
              <legend className="small medium mb-1">{translate(name === "add" ? "add" : "takeAway")}</legend>
              {capabilities.map((each) => (
                <CheckField
                  key={each}
                  name={`${name}[]`}
                  value={each}
                  label={translate(each)}
                  id={`bulk-${name}-${each}`}
                />
              ))}
            </fieldset>
          ))}
        </div>
      );
    case "reject":
      return <TextareaField name="fields" label={translate("fields")} hint={translate("fieldsHint")} rows={3} />;
    case "resume":
    case "restore":
      return null;
    default:
      return kind satisfies never;
  }
}

function toAct(kind: BulkKind, values: FormValues): Act {
  const text = (name: string) => String(values[name] ?? "");
  const list = (name: string) => [values[name] ?? []].flat();
  const some = (name: string) => capabilities.filter((each) => list(name).includes(each));
  switch (kind) {
    case "pause":
      return { kind, reason: text("reason") };
    case "retire":
      return { kind, day: text("day"), redirectId: text("redirectId"), reason: text("reason") };
    case "open":
    case "close":
      return { kind, groups: list("groups") };
    case "price":
      return { kind, price: { input: text("input"), output: text("output") } };
    case "factor":
      return { kind, factor: text("factor") };
    case "capabilities":
      return { kind, add: some("add"), remove: some("remove") };
    case "reject":
      return { kind, fields: text("fields") };
    case "resume":
    case "restore":
      return { kind };
    default:
      return kind satisfies never;
  }
}

/** The action's errors stand at `act.…`; the fields are called by the last part of it. */
function actErrors(errors: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).map(([path, sentence]) => [path.replace(/^act\.(?:price\.)?/, ""), sentence]),
  );
}
