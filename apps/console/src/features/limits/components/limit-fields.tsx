"use client";
import { capPeriods, formatAmount, type Limits } from "@lyceum/domain";
import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField, TextField } from "#components/form/fields.tsx";
import { useFieldError } from "#components/form/form.tsx";
import { useFormat } from "#i18n/format-context.tsx";

const counts = [
  ["rpmLimit", "rpm"],
  ["tpmLimit", "tpm"],
  ["parallelLimit", "parallel"],
] as const;

/** Requests and tokens a minute, and parallel requests. */
export function CountFields({ limits }: { limits: Limits }) {
  const translate = useTranslations("limits");
  return (
    <div className="grid items-start gap-3 md:grid-cols-3">
      {counts.map(([name, word]) => (
        <TextField
          key={name}
          name={name}
          label={translate(word)}
          hint={translate(`${word}Hint`)}
          inputMode="numeric"
          placeholder={translate("unlimited")}
          defaultValue={limits[name] ?? ""}
        />
      ))}
    </div>
  );
}

/** The same, folded away while none of them is set: most people need none. An error in there unfolds it. */
export function FoldedCountFields({ limits }: { limits: Limits }) {
  const translate = useTranslations("limits");
  const [open, setOpen] = useState(counts.some(([name]) => limits[name] !== null));
  const errors = [useFieldError("rpmLimit"), useFieldError("tpmLimit"), useFieldError("parallelLimit")];
  const isShown = open || errors.some((error) => error !== undefined);
  return (
    <details className="fold" open={isShown} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <ChevronRight className="icon icon-sm" />
        {translate("fold")} <span className="unit">{translate("foldHint")}</span>
      </summary>
      <CountFields limits={limits} />
    </details>
  );
}

/** A spending cap and the period it counts. `period` is what a new cap counts unless somebody says otherwise. */
export function CapFields({ limits, period = "week" }: { limits: Limits; period?: Limits["capPeriod"] }) {
  const translate = useTranslations("limits");
  const format = useFormat();
  return (
    <div className="grid grid-cols-2 gap-3">
      <TextField
        name="cap"
        label={translate("cap")}
        optional
        inputMode="decimal"
        lead={<span className="muted">{format.symbol}</span>}
        placeholder={translate("unlimited")}
        defaultValue={limits.capNanos === null ? "" : formatAmount(limits.capNanos)}
      />
      <SelectField
        name="capPeriod"
        label={translate("capPeriod")}
        defaultValue={limits.capNanos === null ? period : limits.capPeriod}
      >
        {capPeriods.map((each) => (
          <option key={each} value={each}>
            {translate(`period_${each}`)}
          </option>
        ))}
      </SelectField>
    </div>
  );
}
