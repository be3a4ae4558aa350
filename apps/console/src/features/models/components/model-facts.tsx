import type { GroupRow, ModelRow } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { getFormat } from "#i18n/server-format.ts";
import { CapabilityTags } from "./capability-tags.tsx";

/** What an admin says about a model. */
export async function ModelFacts({ model, groups }: { model: ModelRow; groups: GroupRow[] }) {
  const [translate, format] = await Promise.all([getTranslations("models"), getFormat()]);
  const tokens = (count: number | null, unset: string) => (count === null ? unset : format.tokens(count));
  return (
    <section>
      {model.description && <p className="small mb-2">{model.description}</p>}
      <dl className="kv">
        <dt>{translate("vendor")}</dt>
        <dd>{model.vendor || "—"}</dd>
        <dt>{translate("groups")}</dt>
        <dd>{groups.map((group) => `${group.name} ${format.multiplier(group.multiplierPpm)}`).join(", ") || "—"}</dd>
        <dt>{translate("capabilities")}</dt>
        <dd className="justify-self-end">
          <CapabilityTags of={model.capabilities} isLocal={model.isLocal} />
        </dd>
        <dt>{translate("contextTokens")}</dt>
        <dd>{tokens(model.contextTokens, "—")}</dd>
        <dt>{translate("maxOutputTokens")}</dt>
        <dd>{tokens(model.maxOutputTokens, "—")}</dd>
        <dt>{translate("usualOutputTokens")}</dt>
        <dd>{tokens(model.usualOutputTokens, translate("bySetting"))}</dd>
      </dl>
    </section>
  );
}
