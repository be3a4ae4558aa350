"use client";
import type { PriceClass } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { TextField } from "#components/form/fields.tsx";
import { useFieldError } from "#components/form/form.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import { amountOf, amountProblem, fallbackOf, type PriceText } from "../price-fields.ts";
import { useLeft } from "../use-left.ts";

interface ClassFieldsProps<Of extends PriceClass> {
  /** Before each field's name: "" or "tiers.0.". */
  prefix: string;
  classes: readonly Of[];
  text: Omit<PriceText, "request"> & Partial<PriceText>;
  onChange: (of: Of, text: string) => void;
}

/** Amounts of some classes of a price or of one tier; each says what it costs where it is left empty. */
export function ClassFields<Of extends PriceClass>({ prefix, classes, text, onChange }: ClassFieldsProps<Of>) {
  return (
    <div className="grid grid-cols-2 gap-3">
      {classes.map((of) => {
        const to = fallbackOf(of);
        return (
          <ClassField
            key={of}
            name={`${prefix}${of}`}
            of={of}
            text={text[of] ?? ""}
            fallback={to === null ? "" : text[to]}
            onChange={(typed) => onChange(of, typed)}
          />
        );
      })}
    </div>
  );
}

interface ClassFieldProps {
  name: string;
  of: PriceClass;
  text: string;
  /** What is typed where the class falls back to. */
  fallback: string;
  onChange: (text: string) => void;
}

function ClassField({ name, of, text, fallback, onChange }: ClassFieldProps) {
  const translate = useTranslations("prices");
  const format = useFormat();
  const { onBlur, shown } = useLeft(text, useFieldError(name) !== undefined);
  const problem = amountProblem(of, text);
  const to = fallbackOf(of);
  const nanos = amountOf(fallback);
  const amount = nanos === null ? "" : format.unitPrice(nanos);
  const hint = to === null ? undefined : translate(to === "input" ? "fallsToInput" : "fallsToOutput", { amount });
  return (
    <TextField
      name={name}
      label={translate(of)}
      hint={of === "request" ? translate("requestHint") : hint}
      error={shown(problem && translate(problem))}
      onBlur={onBlur}
      lead={<span className="muted">{format.symbol}</span>}
      unit={translate(of === "request" ? "perRequest" : "perMillion")}
      inputMode="decimal"
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
