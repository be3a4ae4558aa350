import { AppError, newId, type Price, parseAmount } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Db, Tx } from "./client.ts";

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
} as const;

/**
 * Adds a version of a model's price, in force for whatever is admitted from now on. Throws `not_found`, `invalid_amount`.
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
  };
  // The model's lock makes two admins take turns, each with a version of his own.
  const models = await tx.$queryRaw<
    { name: string }[]
  >`select name from model where id = ${input.modelId}::uuid for no key update`;
  const model = models[0];
  if (model === undefined) throw new AppError("not_found");
  const before = await tx.price.findFirst({
    where: { modelId: input.modelId },
    orderBy: { version: "desc" },
    select: columns,
  });
  const price = await tx.price.create({
    data: { id: newId(), modelId: input.modelId, version: (before?.version ?? 0) + 1, actorId: actor.id, ...amounts },
    select: columns,
  });
  await writeAudit(tx, actor, {
    action: "model.price",
    targetKind: "model",
    targetId: input.modelId,
    targetName: model.name,
    detail: { before: before === null ? null : auditPrice(before), after: auditPrice(price) },
  });
  return price;
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
  return rows.map((row) => ({ ...row, actorName: actors.find((actor) => actor.id === row.actorId)?.name ?? null }));
}

/** The price in force of each model that has one, by model id. */
export async function currentPrices(db: Db | Tx): Promise<Map<string, Price>> {
  const rows = await db.price.findMany({
    distinct: ["modelId"],
    orderBy: [{ modelId: "asc" }, { version: "desc" }],
    select: { ...columns, modelId: true },
  });
  return new Map(rows.map(({ modelId, ...price }) => [modelId, price]));
}

/** One version, for a receipt; null for a model that had no price. */
export async function findPrice(db: Db | Tx, priceId: string): Promise<Price | null> {
  return db.price.findUnique({ where: { id: priceId }, select: columns });
}

function auditPrice(price: Price): { [key: string]: string | number | null } {
  const { id: _, ...rest } = price;
  return Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, typeof value === "bigint" ? value.toString() : value]),
  );
}
