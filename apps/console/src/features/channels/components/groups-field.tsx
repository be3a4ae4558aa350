"use client";
import { CheckField } from "#components/form/fields.tsx";
import { useFieldError } from "#components/form/form.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { GroupChoice } from "../queries.ts";

/** Which groups may use the models; values under `groups[]`. */
export function GroupsField({
  groups,
  chosen,
  label,
  hint,
}: {
  groups: GroupChoice[];
  chosen: readonly string[];
  label: string;
  hint: string;
}) {
  const format = useFormat();
  const error = useFieldError("groups");
  return (
    <fieldset className="field m-0 min-w-0 border-0 p-0" aria-describedby="groups-note">
      <legend className="label mb-1.5 p-0">{label}</legend>
      <div className="row wrap gap4">
        {groups.map(({ id, name, multiplierPpm }) => (
          <CheckField
            key={id}
            name="groups[]"
            id={`f-groups-${id}`}
            value={id}
            defaultChecked={chosen.includes(id)}
            label={
              <>
                {name} <span className="muted small">{format.multiplier(multiplierPpm)}</span>
              </>
            }
          />
        ))}
      </div>
      <p id="groups-note" className={error ? "error" : "hint"}>
        {error ?? hint}
      </p>
    </fieldset>
  );
}
