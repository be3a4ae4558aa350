"use client";
import { AddressForm } from "#components/ui/address-form.tsx";

interface Choice {
  value: string;
  label: string;
}

export interface ModelFiltersProps {
  /** What else stands in the address and stays. */
  keep: readonly (readonly [string, string])[];
  selects: { name: string; label: string; value: string; choices: Choice[] }[];
  apply: string;
}

/** Filters of many values, as an address: choosing leads there, the button is for whoever has no script. */
export function ModelFilters({ keep, selects, apply }: ModelFiltersProps) {
  return (
    <AddressForm action="/models" scroll={false} className="scroller mt-2.5">
      {keep.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {selects.map(({ name, label, value, choices }) => (
        <span key={name} className="input w-auto">
          <select
            // Keyed, because an uncontrolled field would keep the old choice when the address changes.
            key={value}
            name={name}
            aria-label={label}
            defaultValue={value}
            onChange={(event) => {
              // What isn't chosen stays out of the address.
              for (const each of event.currentTarget.form?.querySelectorAll("select") ?? [])
                each.disabled = each.value === "";
              event.currentTarget.form?.requestSubmit();
              for (const each of event.currentTarget.form?.querySelectorAll("select") ?? []) each.disabled = false;
            }}
          >
            <option value="">{label}</option>
            {choices.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </select>
        </span>
      ))}
      <noscript>
        <button type="submit" className="btn btn-sm">
          {apply}
        </button>
      </noscript>
    </AddressForm>
  );
}
