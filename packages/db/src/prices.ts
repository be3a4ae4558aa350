import {
  AppError,
  encodePriceTiers,
  newId,
  type Price,
  type PriceTierText,
  parseAmount,
  parsePriceTiers,
  priceTiersSchema,
} from "@lyceum/domain";
import { type Actor, type AuditJson, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import type { Prisma } from "./generated/client.ts";

/** Decimal text per million tokens, as a person types it; `request` per request. Left out or empty: the class falls back. */
export type PriceInput = {
  input: string;
  output: string;
  cachedInput?: string | undefined;
  cacheWrite?: string | undefined;
  reasoning?: string | undefined;
  image?: string | undefined;
  audio?: string | undefined;
  request?: string | undefined;
  /** For long inputs, ascending; see tierOf. */
  tiers?: readonly PriceTierText[] | undefined;
};

const columns = {
  id: true,
  version: true,
  inputNanos: true,
  cachedInputNanos: true,
  cacheWriteNanos: true,
  outputNanos: true,
  reasoningNanos: true,
  imageNanos: true,
  audioNanos: true,
  requestNanos: true,
  tiers: true,
} as const;

type PriceRow = Omit<Price, "tiers"> & { tiers: Prisma.JsonValue };

/** A row as the domain has it. Throws where its tiers are none that setPrice wrote: a wrong price must not pass for one. */
function toPrice<Row extends PriceRow>(row: Row): Omit<Row, "tiers"> & Pick<Price, "tiers"> {
  const isFlat = Array.isArray(row.tiers) && row.tiers.length === 0;
  return { ...row, tiers: isFlat ? [] : priceTiersSchema.parse(row.tiers) };
}

/**
 * Adds a version of a model's price, in force for whatever is admitted from now on. Throws `not_found`, `invalid_amount`, and
 * `invalid_request` for tiers.
 */
export async function setPrice(tx: Tx, actor: Actor, input: { modelId: string } & PriceInput): Promise<Price> {
  const optional = (text: string | undefined) => (text === undefined || text.trim() === "" ? null : parseAmount(text));
  const amounts = {
    inputNanos: parseAmount(input.input),
    cachedInputNanos: optional(input.cachedInput),
    cacheWriteNanos: optional(input.cacheWrite),
    outputNanos: parseAmount(input.output),
    reasoningNanos: optional(input.reasoning),
    imageNanos: optional(input.image),
    audioNanos: optional(input.audio),
    requestNanos: optional(input.request) ?? 0n,
    tiers: encodePriceTiers(parsePriceTiers(input.tiers ?? [])),
  };
  // Two admins take turns, each with a version of his own.
  await lockConfig(tx);
  const model = await tx.model.findUnique({ where: { id: input.modelId }, select: { name: true } });
  if (model === null) throw new AppError("not_found");
  const before = await tx.price.findFirst({
    where: { modelId: input.modelId },
    orderBy: { version: "desc" },
    select: columns,
  });
  const row = await tx.price.create({
    data: { id: newId(), modelId: input.modelId, version: (before?.version ?? 0) + 1, actorId: actor.id, ...amounts },
    select: columns,
  });
  await writeAudit(tx, actor, {
    action: "model.price",
    targetKind: "model",
    targetId: input.modelId,
    targetName: model.name,
    detail: { before: before === null ? null : auditPrice(before), after: auditPrice(row) },
  });
  return toPrice(row);
}

export type PriceVersion = Price & {
  readonly createdAt: Date;
  readonly actorId: string | null;
  readonly actorName: string | null;
};

/** Every price a model had, newest first. */
export async function listPriceVersions(db: Db | Tx, modelId: string): Promise<PriceVersion[]> {
  const rows = await db.price.findMany({
    where: { modelId },
    orderBy: { version: "desc" },
    select: { ...columns, createdAt: true, actorId: true },
  });
  const actorIds = rows.flatMap((row) => row.actorId ?? []);
  const actors = await db.user.findMany({ where: { id: { in: actorIds } }, select: { id: true, name: true } });
  return rows.map((row) => ({
    ...toPrice(row),
    actorName: actors.find((actor) => actor.id === row.actorId)?.name ?? null,
  }));
}

/** The price in force of each model that has one, by model id. */
export async function currentPrices(db: Db | Tx): Promise<Map<string, Price>> {
  // The ORM would read all versions and drop the older ones itself.
  const rows = await db.$queryRaw<
    (PriceRow & { modelId: string })[]
  >`select distinct on (model_id) id, model_id as "modelId", version,
      input_nanos as "inputNanos", cached_input_nanos as "cachedInputNanos", cache_write_nanos as "cacheWriteNanos",
      output_nanos as "outputNanos", reasoning_nanos as "reasoningNanos", image_nanos as "imageNanos", audio_nanos as "audioNanos",
      request_nanos as "requestNanos", tiers
    from price order by model_id, version desc`;
  return new Map(rows.map(({ modelId, ...row }) => [modelId, toPrice(row)]));
}

/** Versions by id, for receipts. */
export async function findPrices(db: Db | Tx, priceIds: readonly string[]): Promise<Map<string, Price>> {
  const rows = await db.price.findMany({ where: { id: { in: [...new Set(priceIds)] } }, select: columns });
  return new Map(rows.map((row) => [row.id, toPrice(row)]));
}

function auditPrice({ id: _, ...price }: PriceRow): { [key: string]: AuditJson } {
  const entries = Object.entries(price) as [string, bigint | AuditJson][];
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "bigint" ? value.toString() : value]));
}
