import type { ModelRow } from "@lyceum/db";
import { parameterNames, rangeText } from "@lyceum/domain";
import { useTranslations } from "next-intl";
import { EditConstraints } from "./edit-constraints.tsx";

/** What the model's server takes, and what is recommended to clients. */
export function ConstraintFacts({ model }: { model: ModelRow }) {
  const translate = useTranslations("models");
  const { ranges, rejected, recommended } = model.constraints;
  const bounded = parameterNames.flatMap((name) => {
    const range = ranges[name];
    return range === undefined ? [] : [rangeText(name, range)];
  });
  const advised = Object.entries(recommended).map(([name, value]) => `${name} = ${value}`);
  const rows = [
    ["ranges", bounded],
    ["rejectedFields", rejected],
    ["recommended", advised],
  ] as const;
  const shown = rows.filter(([, texts]) => texts.length > 0);
  return (
    <section>
      <div className="row between mb-1">
        <h3>{translate("constraints")}</h3>
        <EditConstraints model={model} />
      </div>
      {shown.length === 0 ? (
        <p className="muted small">{translate("noConstraints")}</p>
      ) : (
        <dl className="kv">
          {shown.map(([key, texts]) => (
            <Row key={key} name={translate(key)} texts={texts} />
          ))}
        </dl>
      )}
    </section>
  );
}

function Row({ name, texts }: { name: string; texts: readonly string[] }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {texts.map((text) => (
          <code key={text} className="block wrap-anywhere">
            {text}
          </code>
        ))}
      </dd>
    </>
  );
}
