import type { Limits } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { GaugeList } from "#features/limits/components/gauge-list.tsx";
import { getGauges } from "#features/limits/queries.ts";
import { LimitsButton } from "./limits-button.tsx";

interface PersonLimitsProps {
  person: { id: string; name: string; accountId: string };
  limits: Limits;
}

/** Every limit that applies to a person, with its use as of now: the person's own, those of groups, those of keys. */
export async function PersonLimits({ person, limits }: PersonLimitsProps) {
  const { id, name, accountId } = person;
  const [sets, translate] = await Promise.all([getGauges(accountId), getTranslations("limits")]);
  const titles = { user: "userOf", member: "member", key: "key" } as const;
  return (
    <section className="stack">
      <div className="row between">
        <h3>{translate("title")}</h3>
        <LimitsButton person={{ id, name }} limits={limits} />
      </div>
      {sets.length === 0 && <p className="muted small">{translate("none")}</p>}
      {sets.map(({ scope, holderId, holderName, gauges }) => (
        <div key={`${scope}-${holderId}`} className="grid gap-1">
          <p className="muted small">{translate(titles[scope], { group: holderName, key: holderName })}</p>
          <GaugeList gauges={gauges} />
        </div>
      ))}
    </section>
  );
}
