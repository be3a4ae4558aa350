"use client";
import { MAX_TIERS } from "@lyceum/domain";
import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { TextField } from "#components/form/fields.tsx";
import { useFieldError } from "#components/form/form.tsx";
import { Button } from "#components/ui/button.tsx";
import type { PriceText } from "../price-fields.ts";
import { newTier, shownClasses, type TierText, tierProblem } from "../tier-fields.ts";
import { useLeft } from "../use-left.ts";
import { ClassFields } from "./class-fields.tsx";

interface TierFieldsProps {
  tiers: TierText[];
  base: PriceText;
  onChange: (tiers: TierText[]) => void;
}

/** Prices for long inputs: none, until an admin adds a tier. */
export function TierFields({ tiers, base, onChange }: TierFieldsProps) {
  const translate = useTranslations("prices");
  const add = () => {
    onChange([...tiers, newTier(tiers)]);
    // After React has drawn it: the new tier begins with its length.
    requestAnimationFrame(() => document.getElementById(aboveId(tiers.length))?.focus());
  };
  return (
    <section className="stack" aria-label={translate("tiers")}>
      <div className="row between">
        <div>
          <h3>{translate("tiers")}</h3>
          <p className="muted tiny">{translate("tiersHint")}</p>
        </div>
        {tiers.length < MAX_TIERS && (
          <Button size="sm" onClick={add}>
            <Plus className="icon icon-sm" />
            {translate("addTier")}
          </Button>
        )}
      </div>
      {tiers.map((tier, index) => (
        <Tier
          key={tier.key}
          tiers={tiers}
          index={index}
          base={base}
          onChange={(changes) => onChange(tiers.map((each) => (each === tier ? { ...tier, ...changes } : each)))}
          onRemove={() => onChange(tiers.filter((each) => each !== tier))}
        />
      ))}
    </section>
  );
}

function aboveId(index: number): string {
  return `f-tiers.${index}.above`;
}

interface TierProps {
  tiers: TierText[];
  index: number;
  base: PriceText;
  onChange: (changes: Partial<TierText>) => void;
  onRemove: () => void;
}

function Tier({ tiers, index, base, onChange, onRemove }: TierProps) {
  const translate = useTranslations("prices");
  const tier = tiers[index] ?? newTier(tiers);
  const name = `tiers.${index}.above`;
  const { onBlur, shown } = useLeft(tier.above, useFieldError(name) !== undefined);
  const problem = tierProblem(tiers, index, "above");
  const remove = translate("removeTier", { number: index + 1 });
  return (
    <fieldset className="stack m-0 min-w-0 rounded-md border border-line p-3">
      <legend className="sr">{translate("tierNumber", { number: index + 1 })}</legend>
      <div className="row items-start">
        <TextField
          name={name}
          id={aboveId(index)}
          className="grow"
          label={translate("above")}
          error={shown(problem && translate(problem))}
          onBlur={onBlur}
          lead={<span className="muted">&gt;</span>}
          unit="tokens"
          inputMode="numeric"
          placeholder="128000"
          value={tier.above}
          onChange={(event) => onChange({ above: event.target.value })}
        />
        <Button variant="ghost" size="sm" icon className="mt-6" aria-label={remove} title={remove} onClick={onRemove}>
          <X className="icon" />
        </Button>
      </div>
      <ClassFields
        prefix={`tiers.${index}.`}
        classes={shownClasses(tier, base)}
        text={tier}
        onChange={(of, text) => onChange({ [of]: text })}
      />
    </fieldset>
  );
}
