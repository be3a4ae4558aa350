"use client";
import { useTranslations } from "next-intl";
import { CheckField, SubmitButton, TextField } from "#components/form/fields.tsx";
import { Form } from "#components/form/form.tsx";
import { useActionForm } from "#components/form/use-action-form.ts";
import { useToast } from "#components/ui/toast.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { setCourseSettings } from "../actions.ts";

interface SettingsFormProps {
  courseId: string;
  hasEnded: boolean;
  values: {
    name: string;
    firstDay: string;
    lastDay: string;
    models: readonly string[];
    groupIds: readonly string[];
    defaultAmount: string;
    advance: string;
  };
  models: readonly string[];
  groups: readonly { id: string; name: string }[];
  /** Else they are only shown. */
  mayOpenGroups: boolean;
}

/** Name, term, what the course is meant for, and what its pages propose for each student. */
export function SettingsForm({ courseId, hasEnded, values, models, groups, mayOpenGroups }: SettingsFormProps) {
  const translate = useTranslations("courses");
  const format = useFormat();
  const toast = useToast();
  const form = useActionForm(setCourseSettings, {
    toInput: (typed) => ({
      courseId,
      name: String(typed.name),
      firstDay: String(typed.firstDay),
      lastDay: String(typed.lastDay ?? values.lastDay),
      models: listOf(typed.models),
      groupIds: mayOpenGroups ? listOf(typed.groupIds) : [...values.groupIds],
      defaultAmount: String(typed.defaultAmount),
      advance: String(typed.advance),
    }),
    onSuccess: () => toast({ message: translate("saved") }),
  });
  return (
    <Form
      form={form}
      className="grid max-w-160 gap-4"
      footer={
        <div className="mt-4">
          <SubmitButton pending={form.pending}>{translate("save")}</SubmitButton>
        </div>
      }
    >
      <TextField name="name" label={translate("courseName")} maxLength={100} defaultValue={values.name} />
      <div className="grid items-start gap-4 md:grid-cols-2">
        <TextField name="firstDay" label={translate("firstDay")} type="date" defaultValue={values.firstDay} optional />
        <TextField
          name="lastDay"
          label={translate("lastDay")}
          type="date"
          defaultValue={values.lastDay}
          disabled={hasEnded}
          hint={translate(hasEnded ? "endedHint" : "moveEndHint")}
        />
      </div>
      <TextField
        name="defaultAmount"
        label={translate("defaultAmount")}
        lead={<span className="muted">{format.symbol}</span>}
        inputMode="decimal"
        defaultValue={values.defaultAmount}
        optional
      />
      <TextField
        name="advance"
        label={translate("advance")}
        hint={translate("advanceHint")}
        lead={<span className="muted">{format.symbol}</span>}
        inputMode="decimal"
        defaultValue={values.advance}
        optional
      />
      <fieldset className="field">
        <legend className="medium small">{translate("groups")}</legend>
        <p className="hint">{translate(mayOpenGroups ? "groupsHint" : "groupsByAdmin")}</p>
        {mayOpenGroups ? (
          <div className="row wrap">
            {groups.map((group) => (
              <CheckField
                key={group.id}
                name="groupIds[]"
                value={group.id}
                label={group.name}
                defaultChecked={values.groupIds.includes(group.id)}
              />
            ))}
          </div>
        ) : (
          <p>
            {values.groupIds.map((id) => groups.find((group) => group.id === id)?.name ?? id).join(translate("and")) ||
              translate("noGroups")}
          </p>
        )}
      </fieldset>
      <fieldset className="field">
        <legend className="medium small">{translate("models")}</legend>
        <p className="hint">{translate("modelsHint")}</p>
        <div className="grid gap-x-4 md:grid-cols-2">
          {models.map((model) => (
            <CheckField
              key={model}
              name="models[]"
              value={model}
              label={<code>{model}</code>}
              defaultChecked={values.models.includes(model)}
            />
          ))}
        </div>
      </fieldset>
    </Form>
  );
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat();
}
