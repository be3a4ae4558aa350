import "server-only";
import { randomUUID } from "node:crypto";
import {
  type AttachmentContent,
  type Db,
  findConversation,
  getSettings,
  listSquare,
  listUserGroups,
  loadAttachments,
  loadStoredTurns,
  loadTurnTree,
  measureTurns,
  type SquareModel,
  type StoredTurn,
  type TurnNode,
} from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { type PictureOf, pictureMark } from "./asked-of.ts";
import { type Assembled, assembleRequest, type HistoryTurn } from "./assemble.ts";
import type { Parameters } from "./parameters.ts";
import { storedParameters } from "./views.ts";

export interface Prepared extends Assembled {
  /** In whose name of a group it is asked. */
  groupId: string;
  square: SquareModel | null;
  messages: number;
  /** Of the whole request: at their places stand their marks, which begin with `mark`. */
  pictures: PictureOf[];
  mark: string;
}

/** The request of an answer that is to run. `hold` is called, and waited for, with about how large it will be, before any of it is loaded. */
export async function prepareAnswer(
  db: Db,
  userId: string,
  answer: { id: string; conversationId: string },
  hold: (bytes: number) => Promise<void>,
): Promise<Prepared> {
  const conversation = await findConversation(db, userId, answer.conversationId);
  if (conversation === null) throw new AppError("not_found");
  const { tree } = await loadTurnTree(db, conversation);
  const branch = tree.branchTo(answer.id);
  const [own] = await loadStoredTurns(db, [answer.id]);
  const model = own?.models[0];
  if (own === undefined || model === undefined) throw new AppError("not_found");
  return prepare(db, userId, {
    model,
    systemPrompt: conversation.systemPrompt,
    parameters: storedParameters(own.parameters),
    above: branch.slice(0, -1),
    question: null,
    goesOn: own.isContinuation,
    // Nobody can have written it before.
    mark: `picture:${randomUUID()}:`,
    hold,
  });
}

export interface Draft {
  conversationId: string | null;
  parentId?: string | null | undefined;
  text: string;
  attachmentIds: readonly string[];
  model: string;
  systemPrompt?: string | undefined;
  parameters?: Parameters | undefined;
}

/** The request that a question would make, if it were asked now. */
export async function prepareDraft(db: Db, userId: string, draft: Draft): Promise<Prepared> {
  const { conversationId, model, parentId } = draft;
  const conversation = conversationId === null ? null : await findConversation(db, userId, conversationId);
  if (conversationId !== null && conversation === null) throw new AppError("not_found");
  const tree = conversation === null ? null : (await loadTurnTree(db, conversation)).tree;
  const above = parentId === undefined ? tree?.openBranch() : parentId === null ? [] : tree?.branchTo(parentId);
  return prepare(db, userId, {
    model,
    systemPrompt: draft.systemPrompt ?? conversation?.systemPrompt ?? "",
    parameters: draft.parameters ?? storedParameters(conversation?.parameters ?? {}),
    above: above ?? [],
    question: { text: draft.text, attachmentIds: draft.attachmentIds },
    goesOn: false,
    mark: pictureMark(""),
    hold: async () => undefined,
  });
}

interface Plan {
  model: string;
  systemPrompt: string;
  parameters: Parameters;
  above: readonly TurnNode[];
  question: { text: string; attachmentIds: readonly string[] } | null;
  goesOn: boolean;
  mark: string;
  hold: (bytes: number) => Promise<void>;
}

async function prepare(db: Db, userId: string, plan: Plan): Promise<Prepared> {
  const cleared = plan.above.findLastIndex(({ kind }) => kind === "clear");
  const sent = plan.above.slice(cleared + 1).map(({ id }) => id);
  const [sizes, models, groups] = await Promise.all([
    measureTurns(db, sent),
    listSquare(db, { userId }),
    listUserGroups(db, userId),
  ]);
  const square = models.find(({ name }) => name === plan.model) ?? null;
  const hasVision = square?.capabilities.includes("vision") ?? false;
  const bytes = sizes.text + sizes.files + (hasVision ? (sizes.images * 4) / 3 : 0);
  await checkSize(db, bytes);
  await plan.hold(bytes);
  const turns = await loadStoredTurns(db, sent);
  const attached = [
    ...turns.flatMap(({ attachments }) => attachments.map(({ id }) => id)),
    ...(plan.question?.attachmentIds ?? []),
  ];
  const contents = new Map(
    (await loadAttachments(db, userId, [...new Set(attached)], { withImages: false })).map((each) => [each.id, each]),
  );
  const filesOf = (ids: readonly string[]) => ids.flatMap((id) => contents.get(id) ?? []);
  const history = turns.map((turn) => historyTurn(turn, filesOf(turn.attachments.map(({ id }) => id)), plan.mark));
  if (plan.question !== null) {
    const { text, attachmentIds } = plan.question;
    history.push(historyTurn({ kind: "question", text, isContinuation: false }, filesOf(attachmentIds), plan.mark));
  }
  const pictures = [...contents.values()].flatMap(({ id, name, mediaType, kind }) =>
    kind === "image" ? [{ id, name, mediaType }] : [],
  );
  const { model, systemPrompt, parameters, goesOn, mark } = plan;
  const assembled = assembleRequest({ model, systemPrompt, parameters, goesOn, hasVision, history });
  // Of a model that isn't theirs the gateway says so itself, whatever the group.
  const groupId = square?.group.isMine ? square.group.id : (groups[0]?.id ?? "");
  return { ...assembled, groupId, square, messages: assembled.body.messages.length, pictures, mark };
}

function historyTurn(
  turn: Pick<StoredTurn, "kind" | "text" | "isContinuation">,
  attached: readonly AttachmentContent[],
  mark: string,
): HistoryTurn {
  return {
    kind: turn.kind === "answer" ? "answer" : "question",
    text: turn.text,
    isContinuation: turn.isContinuation,
    files: attached.flatMap(({ name, text }) => (text === null ? [] : { name, text })),
    images: attached.flatMap(({ id, kind }) => (kind === "image" ? mark + id : [])),
  };
}

/** What the gateway would refuse as too large a body is not even read. */
async function checkSize(db: Db, bytes: number): Promise<void> {
  const { maxBodyBytes } = await getSettings(db);
  if (bytes <= maxBodyBytes) return;
  throw new AppError("body_too_large", { parameters: { limit: `${Math.floor(maxBodyBytes / 1024 / 1024)} MB` } });
}
