import { useTranslations } from "next-intl";
import { reasonKey } from "../reasons.ts";
import type { ModelSummary } from "../summary.ts";

/** Why some requests failed, most frequent first. */
export function Reasons({ reasons }: Pick<ModelSummary, "reasons">) {
  const translate = useTranslations("speed");
  return reasons.map(({ code, count }) => {
    const key = reasonKey(code);
    return (
      <span key={code} className="muted tiny block">
        {count} × {key === null ? <code>{code}</code> : translate(key)}
      </span>
    );
  });
}
