import type { ModelAbout } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { limitWordsOf } from "#features/limits/gauges.ts";
import type { Format } from "#i18n/format.ts";

/** What limits the viewer with this model: of all his keys, and of each member of the group. */
export function ViewerLimits({ about, groupName, format }: { about: ModelAbout; groupName: string; format: Format }) {
  const translate = useTranslations("square");
  const words = useTranslations("limits");
  const rows = [
    [translate("limitsOwn"), limitWordsOf(about.own, format, words)],
    [translate("limitsMember", { group: groupName }), limitWordsOf(about.member, format, words)],
  ] as const;
  return rows.map(([name, limits]) => (
    <div key={name} className="contents">
      <dt>{name}</dt>
      <dd>{limits.length === 0 ? translate("noLimits") : limits.join(translate("listComma"))}</dd>
    </div>
  ));
}

/** What changed of a model, newest first: its price, pauses, retirement. */
export function ModelPast({ about, format }: { about: ModelAbout; format: Format }) {
  const translate = useTranslations("square");
  if (about.changes.length === 0) return null;
  const pair = ({ inputNanos, outputNanos }: { inputNanos: bigint; outputNanos: bigint }) =>
    `${format.unitPrice(inputNanos)} / ${format.unitPrice(outputNanos)}`;
  return (
    <section>
      <h3 className="mb-1.5">{translate("changes")}</h3>
      <ul className="grid gap-1 text-sm">
        {about.changes.map((change) => (
          <li key={`${change.kind} ${change.at.getTime()}`}>
            <span className="muted nowrap" title={format.exact(change.at)}>
              {format.dateTime(change.at)}
            </span>{" "}
            {change.kind === "price"
              ? translate(change.before === null ? "change_priced" : "change_price", {
                  before: change.before === null ? "" : pair(change.before),
                  after: pair(change.after),
                })
              : translate(`change_${change.kind}`)}
          </li>
        ))}
      </ul>
    </section>
  );
}
