import type { Db, Tx } from "./client.ts";
import type { Incident } from "./incidents.ts";

const byHand = ["model-paused", "model-retired", "retirement-planned"];

/** Models of which a banner tells those who used them, because of this; none where nobody noticed. */
export function modelsToldOf(incident: Pick<Incident, "kind" | "modelName" | "lost">): string[] {
  if (byHand.includes(incident.kind)) return [incident.modelName];
  return incident.lost.map(({ modelName }) => modelName);
}

/** How many people a banner told of each incident: those who had used one of its models within the day before, as listModelNotices has it. */
export async function countTold(db: Db | Tx, incidents: readonly Incident[]): Promise<ReadonlyMap<string, number>> {
  const pairs = incidents.flatMap((incident) => modelsToldOf(incident).map((model) => ({ model, ...incident })));
  if (pairs.length === 0) return new Map();
  const [ids, models, moments] = [
    pairs.map(({ id }) => id),
    pairs.map(({ model }) => model),
    pairs.map(({ from }) => from),
  ];
  const times = moments.map((moment) => moment.getTime());
  const [first, last] = [new Date(Math.min(...times)), new Date(Math.max(...times))];
  // The rollup is read once, over all their days: incident by incident the same hours would be read again and again.
  const rows = await db.$queryRaw<{ id: string; people: number }[]>`
    with used as materialized (select r.model, r.hour, a.user_id from usage_rollup r join account a on a.id = r.account_id and a.kind = 'user'
      where r.hour > ${first}::timestamptz - interval '1 day' and r.hour <= ${last}::timestamptz and r.model = any(${[...new Set(models)]}::text[]))
    select i.id, count(distinct u.user_id)::int as people
    from unnest(${ids}::text[], ${models}::text[], ${moments}::timestamptz[]) as i (id, model, at)
      left join used u on u.model = i.model and u.hour > i.at - interval '1 day' and u.hour <= i.at
    group by i.id`;
  return new Map(rows.map(({ id, people }) => [id, people]));
}
