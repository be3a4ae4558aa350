import type { SquareModel } from "@lyceum/db";
import { parameterNames } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { isUnconstrained, recommendedJson } from "../parameters.ts";

/** What the model's server takes, what happens to other values, and the values recommended for it. Nothing where there is nothing to say. */
export function ModelParameters({ constraints }: { constraints: SquareModel["constraints"] }) {
  const translate = useTranslations("square");
  if (isUnconstrained(constraints)) return null;
  const { ranges, rejected, recommended } = constraints;
  return (
    <section>
      <h3 className="mb-1.5">{translate("parameters")}</h3>
      <ul className="stack gap-1.5">
        {parameterNames.map((name) => {
          const { minimum, maximum } = ranges[name] ?? {};
          if (minimum === undefined && maximum === undefined) return null;
          const kind = minimum === undefined ? "atMost" : maximum === undefined ? "atLeast" : "within";
          return (
            <li key={name}>
              {translate.rich(kind, {
                name,
                minimum: String(minimum),
                maximum: String(maximum),
                code: (text) => <code className="nowrap">{text}</code>,
              })}
            </li>
          );
        })}
        {rejected.length > 0 && (
          <li>
            {translate.rich("leftOut", {
              fields: rejected.join(", "),
              code: (text) => <code className="wrap-anywhere">{text}</code>,
            })}
          </li>
        )}
      </ul>
      {Object.keys(recommended).length > 0 && (
        <div className="mt-3">
          <CodeBlock source={recommendedJson(recommended)} title={translate("recommended")} />
          <p className="caption mt-1">{translate("recommendedNote")}</p>
        </div>
      )}
    </section>
  );
}
