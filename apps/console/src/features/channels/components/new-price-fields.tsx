"use client";
import { useTranslations } from "next-intl";
import { TextField } from "#components/form/fields.tsx";
import { useFormat } from "#i18n/format-context.tsx";

/** A price for those of the models that are new; left empty, they have none yet. */
export function NewPriceFields() {
  const translate = useTranslations("channels");
  const { symbol } = useFormat();
  const unit = translate("perMillion", { symbol });
  return (
    <div className="grid grid-cols-2 items-start gap-3">
      <TextField
        name="inputPrice"
        label={translate("inputPrice")}
        hint={translate("newPriceHint")}
        unit={unit}
        optional
        inputMode="decimal"
      />
      <TextField name="outputPrice" label={translate("outputPrice")} unit={unit} optional inputMode="decimal" />
    </div>
  );
}
