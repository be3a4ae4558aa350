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
  const rows = await db.$queryRaw<{ id: string; people: number }[]>`
    select i.id, count(distinct a.user_id)::int as people
    from unnest(${ids}::text[], ${models}::text[], ${moments}::timestamptz[]) as i (id, model, at)
      left join usage_rollup r on r.model = i.model and r.hour > i.at - interval '1 day' and r.hour <= i.at
      left join account a on a.id = r.account_id and a.kind = 'user'
    group by i.id`;
  return new Map(rows.map(({ id, people }) => [id, people]));
}
