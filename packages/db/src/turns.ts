import type { Db, Tx } from "./client.ts";
import { liveConversation } from "./conversations.ts";
import { Prisma } from "./generated/client.ts";
import { type TurnKind, type TurnNode, type TurnState, TurnTree } from "./turn-tree.ts";

/** What somebody gave a model to read, without its content. */
export type AttachmentRow = {
  readonly id: string;
  readonly kind: "image" | "pdf" | "text";
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly pages: number | null;
  readonly tokens: number;
  readonly isCut: boolean;
};

/** A turn with its content, as it is stored. */
export type StoredTurn = {
  readonly id: string;
  readonly kind: TurnKind;
  readonly state: TurnState;
  readonly text: string;
  readonly thinking: string;
  readonly isEdited: boolean;
  readonly isContinuation: boolean;
  readonly compareId: string | null;
  readonly createdAt: Date;
  readonly models: string[];
  readonly parameters: unknown;
  readonly servedModel: string | null;
  readonly requestId: string | null;
  readonly inputTokens: number | null;
  readonly cachedTokens: number | null;
  readonly outputTokens: number | null;
  readonly thinkingTokens: number | null;
  readonly chargeNanos: bigint | null;
  readonly isEstimated: boolean;
  readonly balanceAfterNanos: bigint | null;
  readonly ttftMs: number | null;
  readonly thinkingMs: number | null;
  readonly totalMs: number | null;
  readonly tokensPerSecond: number | null;
  readonly finishReason: string | null;
  readonly dropped: string[];
  readonly clamped: string[];
  readonly error: unknown;
  readonly attachments: AttachmentRow[];
};

/** A turn in its place: what is above it and beside it is what one sees. */
export type TurnRow = StoredTurn & { readonly parentId: string | null; readonly siblings: string[] };

export type ConversationFacts = {
  readonly id: string;
  readonly title: string;
  readonly pinnedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly model: string | null;
  readonly systemPrompt: string;
  readonly parameters: unknown;
  readonly openTurnId: string | null;
};

export type OpenedConversation = {
  readonly conversation: ConversationFacts;
  /** Of the open branch, oldest first. */
  readonly turns: TurnRow[];
  readonly hasEarlier: boolean;
  /** Answers that were asked for comparison with one of `turns`, and are not on the branch. */
  readonly compared: TurnRow[];
  /** Messages that wait, oldest first. */
  readonly pending: TurnRow[];
};

const factColumns = {
  id: true,
  title: true,
  pinnedAt: true,
  expiresAt: true,
  createdAt: true,
  updatedAt: true,
  model: true,
  systemPrompt: true,
  parameters: true,
  openTurnId: true,
} as const;

const turnColumns = {
  id: true,
  kind: true,
  state: true,
  text: true,
  thinking: true,
  isEdited: true,
  isContinuation: true,
  compareId: true,
  createdAt: true,
  models: true,
  parameters: true,
  servedModel: true,
  requestId: true,
  inputTokens: true,
  cachedTokens: true,
  outputTokens: true,
  thinkingTokens: true,
  chargeNanos: true,
  isEstimated: true,
  balanceAfterNanos: true,
  ttftMs: true,
  thinkingMs: true,
  totalMs: true,
  tokensPerSecond: true,
  finishReason: true,
  dropped: true,
  clamped: true,
  error: true,
} as const;

/** A conversation of this person; null: there is none for them to see. */
export async function findConversation(db: Db | Tx, userId: string, id: string): Promise<ConversationFacts | null> {
  return db.conversation.findFirst({ where: { id, ...liveConversation(userId) }, select: factColumns });
}

/** The places of a conversation's turns; whose it is was asked before. */
export async function loadTurnTree(
  db: Db | Tx,
  conversation: Pick<ConversationFacts, "id" | "openTurnId">,
): Promise<{ tree: TurnTree; pending: string[] }> {
  const nodes = await db.$queryRaw<
    TurnNode[]
  >`select id, parent_id as "parentId", open_turn_id as "openTurnId", kind, state,
      compare_id as "compareId", deleted_at is not null as "isDeleted"
    from turn where conversation_id = ${conversation.id}::uuid order by id`;
  const pending = nodes.filter(({ state, isDeleted }) => state === "pending" && !isDeleted).map(({ id }) => id);
  return { tree: new TurnTree(nodes, conversation.openTurnId), pending };
}

/** Turns by id with their content, in the order of `ids`; `tree` says where they are. */
export async function loadTurns(db: Db | Tx, tree: TurnTree, ids: readonly string[]): Promise<TurnRow[]> {
  const stored = await loadStoredTurns(db, ids);
  return stored.map((turn) => {
    const isPlaced = tree.find(turn.id) !== null;
    return {
      ...turn,
      parentId: isPlaced ? (tree.parent(turn.id)?.id ?? null) : null,
      siblings: isPlaced ? tree.siblings(turn.id).map(({ id }) => id) : [turn.id],
    };
  });
}

/** Contents of turns, in the order of `ids`. */
export async function loadStoredTurns(db: Db | Tx, ids: readonly string[]): Promise<StoredTurn[]> {
  if (ids.length === 0) return [];
  const rows = await db.turn.findMany({ where: { id: { in: [...ids] } }, select: turnColumns });
  const attached = await db.$queryRaw<
    (AttachmentRow & { turnId: string })[]
  >`select l.turn_id as "turnId", a.id, a.kind, a.name,
      a.media_type as "mediaType", a.bytes, a.pages, a.tokens, a.is_cut as "isCut"
    from turn_attachment l join attachment a on a.id = l.attachment_id
    where l.turn_id = any(${[...ids]}::uuid[]) order by l.turn_id, l.place`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    if (row === undefined) return [];
    const attachments = attached.filter(({ turnId }) => turnId === id).map(({ turnId: _, ...rest }) => rest);
    return { ...row, attachments } as StoredTurn;
  });
}

/** How many bytes turns and their attachments hold, told without loading any of it. */
export async function measureTurns(
  db: Db | Tx,
  ids: readonly string[],
): Promise<{ text: number; files: number; images: number }> {
  const [sizes] = await db.$queryRaw<[Record<"text" | "files" | "images", bigint>]>`select
      (select coalesce(sum(octet_length(text)), 0) from turn where id = any(${[...ids]}::uuid[]))::bigint as text,
      coalesce(sum(octet_length(a.text)), 0)::bigint as files, coalesce(sum(octet_length(a.content)), 0)::bigint as images
    from turn_attachment l join attachment a on a.id = l.attachment_id where l.turn_id = any(${[...ids]}::uuid[])`;
  return { text: Number(sizes.text), files: Number(sizes.files), images: Number(sizes.images) };
}

/** The end of a conversation's open branch, or what stands before one of its turns; null: no conversation of this person. */
export async function openConversation(
  db: Db | Tx,
  userId: string,
  id: string,
  { before, limit }: { before: string | null; limit: number },
): Promise<OpenedConversation | null> {
  const conversation = await findConversation(db, userId, id);
  if (conversation === null) return null;
  await interruptDeadTurns(db, id);
  const { tree, pending } = await loadTurnTree(db, conversation);
  const branch = tree.openBranch();
  const place = before === null ? branch.length : branch.findIndex((node) => node.id === before);
  const shown = branch.slice(Math.max(0, place - limit), Math.max(0, place));
  const onBranch = new Set(branch.map((node) => node.id));
  const compared = shown.flatMap((node) =>
    node.compareId === null
      ? []
      : tree.siblings(node.id).filter((other) => other.compareId === node.compareId && !onBranch.has(other.id)),
  );
  const shownIds = shown.map((node) => node.id);
  const turns = await loadTurns(db, tree, [...shownIds, ...compared.map((node) => node.id), ...pending]);
  const pick = (ids: ReadonlySet<string>) => turns.filter((turn) => ids.has(turn.id));
  return {
    conversation,
    turns: pick(new Set(shownIds)),
    hasEarlier: place > limit,
    compared: pick(new Set(compared.map((node) => node.id))),
    pending: pick(new Set(pending)),
  };
}

/** What a process didn't end that is no longer there is interrupted: of one conversation, or everywhere. Returns how many were. */
export async function interruptDeadTurns(db: Db | Tx, conversationId: string | null): Promise<number> {
  const where = conversationId === null ? Prisma.empty : Prisma.sql`and conversation_id = ${conversationId}::uuid`;
  return db.$executeRaw`update turn set state = 'interrupted', alive_until = null
    where state = 'running' and alive_until < clock_timestamp() ${where}`;
}
