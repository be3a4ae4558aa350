import type { PlanningModel } from "@lyceum/db";
import { type PlanField, planRanges } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { AddressForm } from "#components/ui/address-form.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import type { SimulateView } from "../params.ts";

const fields = ["students", "callsAWeek", "weeks", "inputTokens", "outputTokens", "peakPercent"] as const;

/** The plan as a form that is an address: it can be shared, and the back button undoes it. */
export async function PlanForm({
  courseId,
  view,
  models,
}: {
  courseId: string;
  view: SimulateView;
  models: readonly PlanningModel[];
}) {
  const translate = await getTranslations("simulate");
  const problem = (field: PlanField) =>
    view.wrong.includes(field)
      ? translate("outOfRange", { least: planRanges[field][0], most: planRanges[field][1] })
      : undefined;
  return (
    <AddressForm
      action={`/courses/${courseId}/simulate`}
      scroll={false}
      className="mb-6 grid grid-cols-2 items-start gap-4 md:grid-cols-4"
    >
      {fields.map((field) => {
        const error = problem(field);
        return (
          <Field
            key={field}
            name={field}
            label={translate(`field.${field}`)}
            hint={translate(`hint.${field}`)}
            {...(error === undefined ? {} : { error })}
          >
            {(control) => (
              <span className="input">
                {/* Keyed, because an uncontrolled field would keep the old number when the address changes. */}
                <input
                  key={view.numbers[field]}
                  {...control}
                  inputMode="numeric"
                  defaultValue={view.numbers[field]}
                  autoComplete="off"
                />
                {field === "peakPercent" && <span className="unit">%</span>}
              </span>
            )}
          </Field>
        );
      })}
      <Field name="model" label={translate("field.model")} hint={translate("hint.model")}>
        {(control) => (
          <select key={view.model} {...control} className="input" defaultValue={view.model}>
            {models.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <div className="row self-start mt-6">
        <Button type="submit" variant="primary">
          {translate("reckon")}
        </Button>
      </div>
    </AddressForm>
  );
}
