"use client";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { CheckField, SelectField } from "#components/form/fields.tsx";
import { useFieldError } from "#components/form/form.tsx";
import { useFormat } from "#i18n/format-context.tsx";

/** Which models: all of the group, or those ticked. */
export function ModelsField({ models, picked }: { models: string[]; picked: readonly string[] }) {
  const translate = useTranslations("keys");
  const [scope, setScope] = useState<"all" | "pick">(picked.length > 0 ? "pick" : "all");
  const error = useFieldError("models");
  return (
    <fieldset className="field" data-bad={error ? "" : undefined} aria-describedby={error ? "models-note" : undefined}>
      <legend className="label mb-1">{translate("models")}</legend>
      <div className="row wrap gap4">
        {(["all", "pick"] as const).map((value) => (
          <label key={value} className="row font-normal">
            <input
              type="radio"
              name="scope"
              value={value}
              className="radio"
              checked={scope === value}
              onChange={() => setScope(value)}
            />
            {translate(value === "all" ? "allModelsOfGroup" : "pickModels")}
          </label>
        ))}
      </div>
      {scope === "pick" && (
        <div className="picklist">
          {models.map((model) => (
            <CheckField
              key={model}
              name="models[]"
              value={model}
              label={<code>{model}</code>}
              defaultChecked={picked.includes(model)}
            />
          ))}
        </div>
      )}
      {error && (
        <p className="error" id="models-note">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** When a key ends; `first` is an option of the caller's own, before the presets. */
export function ExpiryField({ termEnd, first }: { termEnd: Date; first?: ReactNode }) {
  const translate = useTranslations("keys");
  const format = useFormat();
  // The key ends at the midnight after its last day; people name the day.
  const lastDay = format.date(new Date(termEnd.getTime() - 1));
  return (
    <SelectField name="expiry" label={translate("expiry")}>
      {first}
      <option value="term">{translate("expiryTerm", { day: lastDay })}</option>
      <option value="30d">{translate("expiryDays", { days: 30 })}</option>
      <option value="90d">{translate("expiryDays", { days: 90 })}</option>
      <option value="none">{translate("expiryNone")}</option>
    </SelectField>
  );
}
