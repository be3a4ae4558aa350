"use client";
import { noLimits } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField } from "#components/form/fields.tsx";
import { CapFields, FoldedCountFields } from "#features/limits/components/limit-fields.tsx";
import { useFormat } from "#i18n/format-context.tsx";
import type { KeyChoices } from "../queries.ts";
import { ExpiryField, ModelsField } from "./key-fields.tsx";
import { NetworksField } from "./networks-field.tsx";

/** Everything about a new key but its name; all of it is filled in already. The group is the form's value `groupId`. */
export function NewKeyFields({ choices, groupId: wanted }: { choices: KeyChoices; groupId?: string | undefined }) {
  const translate = useTranslations("keys");
  const format = useFormat();
  const [groupId, setGroupId] = useState(wanted ?? choices.groups[0]?.id ?? "");
  const group = choices.groups.find((each) => each.id === groupId);
  return (
    <>
      <div className={choices.groups.length > 1 ? "grid gap-3 md:grid-cols-2" : "contents"}>
        {choices.groups.length > 1 ? (
          <SelectField
            name="groupId"
            label={translate("group")}
            value={groupId}
            onChange={(event) => setGroupId(event.target.value)}
          >
            {choices.groups.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name} {format.multiplier(each.multiplierPpm)}
                {each.endsAt && ` · ${translate("groupEnds", { day: format.date(each.endsAt) })}`}
              </option>
            ))}
          </SelectField>
        ) : (
          <input type="hidden" name="groupId" value={groupId} />
        )}
        <ExpiryField termEnd={choices.termEnd} />
      </div>
      <ModelsField key={groupId} models={group?.models ?? []} picked={[]} />
      <CapFields limits={noLimits} />
      <FoldedCountFields limits={noLimits} />
      <NetworksField networks={[]} presentAddress={choices.presentAddress} />
    </>
  );
}
