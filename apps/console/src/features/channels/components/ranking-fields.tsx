"use client";
import { useTranslations } from "next-intl";
import { TextField } from "#components/form/fields.tsx";

/** Which deployment of a model is asked first, and how often among equals. */
export function RankingFields({ priority = 0, weight = 1 }: { priority?: number; weight?: number }) {
  const translate = useTranslations("channels");
  return (
    <div className="grid grid-cols-2 gap-3">
      <TextField
        name="priority"
        label={translate("priority")}
        hint={translate("priorityHint")}
        inputMode="numeric"
        defaultValue={priority}
      />
      <TextField
        name="weight"
        label={translate("weight")}
        hint={translate("weightHint")}
        inputMode="numeric"
        defaultValue={weight}
      />
    </div>
  );
}
