import type { HealthEventKind, Limits } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { getUserLimits, limitsOf } from "./limits.ts";
import { listPriceVersions, type PriceVersion } from "./prices.ts";

/** What of a model's past concerns those who use it. */
export const modelChangeKinds = [
  "model-lost",
  "model-back",
  "model-paused",
  "model-resumed",
  "retirement-planned",
  "model-retired",
  "model-restored",
] as const satisfies readonly HealthEventKind[];

export type ModelChange =
  | { readonly kind: (typeof modelChangeKinds)[number]; readonly at: Date }
  /** Before any group's multiplier; `before` null: it had no price. */
  | {
      readonly kind: "price";
      readonly at: Date;
      readonly before: Pick<PriceVersion, "inputNanos" | "outputNanos"> | null;
      readonly after: Pick<PriceVersion, "inputNanos" | "outputNanos">;
    };

export type ModelAbout = {
  /** Of the viewer over all keys, and of each member of the group asked for. */
  readonly own: Limits;
  readonly member: Limits;
  /** Running courses whose students may use it; at most three, by name. */
  readonly courses: readonly { readonly code: string; readonly name: string }[];
  /** Newest first, without who acted and what an upstream said. */
  readonly changes: readonly ModelChange[];
};

const MOST_CHANGES = 12;
const MOST_COURSES = 3;

/** What the square tells of one model beside its card: limits, who opens it, what changed. */
export async function getModelAbout(
  db: Db | Tx,
  {
    userId,
    model,
    groupId,
  }: { userId: string; model: { id: string; name: string; groups: readonly string[] }; groupId: string },
): Promise<ModelAbout> {
  const [own, group, courses, events, prices] = await Promise.all([
    getUserLimits(db, userId),
    db.group.findUniqueOrThrow({
      where: { id: groupId },
      select: { rpmLimit: true, tpmLimit: true, parallelLimit: true, capNanos: true, capPeriod: true },
    }),
    db.$queryRaw<{ code: string; name: string }[]>`select code, name from course
      where archived_at is null and (starts_at is null or starts_at <= clock_timestamp()) and ends_at > clock_timestamp()
        and group_ids && ${[...model.groups]}::text[] and (models = '{}' or ${model.name} = any(models))
      order by name, code limit ${MOST_COURSES}`,
    db.$queryRaw<{ kind: (typeof modelChangeKinds)[number]; at: Date }[]>`select kind, at from health_event
      where model_id = ${model.id}::uuid and kind in (${Prisma.join([...modelChangeKinds])}) order by at desc, id desc limit ${MOST_CHANGES}`,
    listPriceVersions(db, model.id),
  ]);
  const priced = prices.map((after, place): ModelChange => {
    const before = prices[place + 1];
    return {
      kind: "price",
      at: after.createdAt,
      before: before === undefined ? null : pairOf(before),
      after: pairOf(after),
    };
  });
  const changes = [...events, ...priced].sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, MOST_CHANGES);
  return { own, member: limitsOf(group), courses, changes };
}

function pairOf({ inputNanos, outputNanos }: PriceVersion): Pick<PriceVersion, "inputNanos" | "outputNanos"> {
  return { inputNanos, outputNanos };
}
