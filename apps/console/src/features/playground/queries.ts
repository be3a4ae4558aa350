import "server-only";
import {
  countConversations,
  findTurnCharge,
  listPresets,
  listConversations as listRows,
  listUnchargedTurns,
  noteTurnCharge,
  openConversation,
  type SquareModel,
} from "@lyceum/db";
import { getSquare } from "#features/square/queries.ts";
import { getDb } from "#server/db.ts";
import {
  type ConversationPage,
  type ConversationView,
  type OwnPreset,
  type PlaygroundModel,
  playgroundLimits,
} from "./contract.ts";
import { ownPreset } from "./own-presets/schema.ts";
import { conversationEntry, conversationView } from "./views.ts";

/** Models that this person may talk to, those that don't work at the moment too. */
export async function listPlaygroundModels(userId: string): Promise<PlaygroundModel[]> {
  return (await getSquare(userId)).flatMap((model) => playgroundModel(model) ?? []);
}

function playgroundModel(model: SquareModel): PlaygroundModel | null {
  const { name, vendor, description, capabilities, contextTokens, maxOutputTokens, constraints, isLocal, state } =
    model;
  if (state === "locked" || capabilities.some((each) => each === "embedding" || each === "realtime")) return null;
  const { id, name: groupName, multiplierPpm } = model.group;
  const nanos = (amount: bigint | null) => (amount === null ? null : String(amount));
  return {
    ...{ name, vendor, description, contextTokens, maxOutputTokens, constraints, isLocal, state },
    capabilities: [...capabilities],
    hasVision: capabilities.includes("vision"),
    canThink: capabilities.includes("reasoning"),
    group: { id, name: groupName, multiplierPpm },
    price: model.price && {
      inputNanos: String(model.price.inputNanos),
      cachedInputNanos: nanos(model.price.cachedInputNanos),
      outputNanos: String(model.price.outputNanos),
      reasoningNanos: nanos(model.price.reasoningNanos),
      requestNanos: String(model.price.requestNanos),
      hasTiers: model.price.tiers.length > 0,
    },
    isFree: model.isFree,
    insteadName: model.insteadName,
    retiresAt: model.retiresAt?.toISOString() ?? null,
  };
}

/** A page of this person's conversations. `before`: the `next` of the page before; what makes no sense is the beginning. */
export async function listConversations(
  userId: string,
  { query = "", before }: { query?: string | undefined; before?: string | undefined } = {},
): Promise<ConversationPage> {
  const limit = playgroundLimits.conversationsPerPage;
  const [rows, total] = await Promise.all([
    listRows(getDb(), userId, { query: query.slice(0, 200), before: readCursor(before), limit: limit + 1 }),
    countConversations(getDb(), userId),
  ]);
  const isPinnedFirst = query.trim() === "";
  const pinned = isPinnedFirst ? rows.filter(({ pinnedAt }) => pinnedAt !== null) : [];
  const rest = isPinnedFirst ? rows.filter(({ pinnedAt }) => pinnedAt === null) : rows;
  const last = rest.length > limit ? rest[limit - 1] : undefined;
  return {
    rows: [...pinned, ...rest.slice(0, limit)].map(conversationEntry),
    next: last === undefined ? null : `${last.updatedAt.toISOString()}_${last.id}`,
    total,
  };
}

function readCursor(text: string | undefined): { updatedAt: Date; id: string } | null {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)_([0-9a-f-]{36})$/.exec(text ?? "");
  return match === null ? null : { updatedAt: new Date(match[1] ?? ""), id: match[2] ?? "" };
}

/** What this person keeps to apply again, in the order it was made. */
export async function listOwnPresets(userId: string): Promise<OwnPreset[]> {
  return (await listPresets(getDb(), userId)).map(ownPreset);
}

/** The end of a conversation's open branch, or what stands before one of its turns; null: none of this person's. */
export async function findConversation(
  userId: string,
  id: string,
  { before }: { before?: string | undefined } = {},
): Promise<ConversationView | null> {
  const range = { before: before ?? null, limit: playgroundLimits.turnsPerPage };
  const found = await openConversation(getDb(), userId, id, range);
  if (found === null) return null;
  const ids = [...found.turns, ...found.compared].map((turn) => turn.id);
  if (!(await settleLate(userId, ids))) return conversationView(found);
  const again = await openConversation(getDb(), userId, id, range);
  return again && conversationView(again);
}

/** A conversation with all turns of its open branch; null: none of this person's. */
export async function wholeConversation(userId: string, id: string): Promise<ConversationView | null> {
  const limit = playgroundLimits.turnsPerConversation;
  const found = await openConversation(getDb(), userId, id, { before: null, limit });
  return found && conversationView(found);
}

/** Finds what answers cost whose process ended before it could. True: some was found. */
async function settleLate(userId: string, ids: readonly string[]): Promise<boolean> {
  const db = getDb();
  let hasFound = false;
  for (const { id, requestId } of await listUnchargedTurns(db, ids)) {
    const charge = await findTurnCharge(db, userId, requestId);
    if (charge === null) continue;
    await noteTurnCharge(db, userId, id, charge);
    hasFound = true;
  }
  return hasFound;
}
