import { AppError, newId } from "@lyceum/domain";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createActsFixture } from "./acts-fixture.ts";
import { addAttachment, findAttachment } from "./attachments.ts";
import { purgeConversations } from "./conversation-purge.ts";
import {
  countConversations,
  deleteConversations,
  listConversations,
  restoreDeleted,
  updateConversation,
} from "./conversations.ts";
import type { DatabasePool } from "./pool.ts";
import { createPatientPool } from "./testing/patient-clients.ts";
import {
  addClearMark,
  clearConversation,
  deleteTurns,
  editTurnText,
  forkConversation,
  openTurnBranch,
  takeBackPending,
} from "./turn-acts.ts";
import { askAgain, askInOtherWords, askQuestion, askToContinue, automaticTitle, type Question } from "./turn-asks.ts";
import type { AskLimits } from "./turn-limits.ts";
import { askToStop, endTurn, keepTurn, noteTurnCharge, type TurnEnd } from "./turn-runs.ts";
import { openConversation } from "./turns.ts";

type Fixture = Awaited<ReturnType<typeof createActsFixture>>;
let fixture: Fixture;
let pool: DatabasePool;
let userId: string;
let other: string;
beforeAll(async () => {
  fixture = await createActsFixture();
  pool = createPatientPool(fixture.url, 2);
});
afterAll(async () => {
  await pool.end();
  await fixture.drop();
});
beforeEach(async () => {
  userId = (await fixture.person()).userId;
  other = (await fixture.person("admin")).userId;
});

const limits: AskLimits = {
  conversations: 3,
  turnsPerConversation: 20,
  runsPerPerson: 4,
  pendingPerConversation: 2,
  textBytesPerPerson: 1024 * 1024,
};
const end: TurnEnd = {
  ...{ state: "done", text: "answer", thinking: "", error: null, ttftMs: 1, thinkingMs: null, totalMs: 2 },
  ...{
    tokensPerSecond: null,
    finishReason: "stop",
    inputTokens: 1,
    cachedTokens: 0,
    outputTokens: 2,
    thinkingTokens: 0,
  },
};
const ask = (changes: Partial<Question> & { text: string }, by = userId, within = limits) =>
  fixture.db.$transaction((tx) =>
    askQuestion(
      tx,
      by,
      { conversationId: null, isTemporary: false, attachmentIds: [], models: ["m"], ...changes },
      within,
    ),
  );
const finish = async (ids: readonly string[], changes: Partial<TurnEnd> = {}) => {
  for (const id of ids) await endTurn(fixture.db, userId, id, { ...end, ...changes });
};
/** A question with its answer. */
async function exchange(text: string, conversationId: string | null = null) {
  const asked = await ask({ text, conversationId });
  await finish(asked.answerIds, { text: `re: ${text}` });
  return { ...asked, answerId: asked.answerIds[0] ?? "" };
}
const open = async (id: string, by = userId) => {
  const found = await openConversation(fixture.db, by, id, { before: null, limit: 100 });
  if (found === null) throw new Error("no such conversation");
  return found;
};
const texts = async (id: string) => (await open(id)).turns.map(({ text, kind }) => (kind === "clear" ? "—" : text));
const act = <Result>(run: (tx: Parameters<Parameters<Fixture["db"]["$transaction"]>[0]>[0]) => Promise<Result>) =>
  fixture.db.$transaction(run);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe("a conversation", () => {
  it("grows by questions and answers, is named after its first question, and keeps what it was asked with", async () => {
    const { conversationId } = await ask({
      text: "\n  什么是熵？\nmore",
      systemPrompt: "short",
      parameters: { seed: 1 },
    });
    const { turns, conversation } = await open(conversationId);
    expect(turns.map(({ kind, state }) => [kind, state])).toEqual([
      ["question", "done"],
      ["answer", "running"],
    ]);
    expect(conversation).toMatchObject({
      title: "什么是熵？",
      model: "m",
      systemPrompt: "short",
      parameters: { seed: 1 },
    });
    expect(turns[1]).toMatchObject({ parameters: { seed: 1 }, parentId: turns[0]?.id });
  });

  it("cuts a long title between words", () => {
    expect(automaticTitle("word ".repeat(30))).toMatch(/^(word ){10,}word…$/);
    expect(Array.from(automaticTitle("熵".repeat(100)))).toHaveLength(60);
  });

  it("has branches: another answer, the question in other words; each may be opened again", async () => {
    const { conversationId, questionId, answerId } = await exchange("one");
    const again = await act((tx) => askAgain(tx, userId, answerId, { model: "n" }, limits));
    await finish(again.answerIds, { text: "second" });
    expect(await texts(conversationId)).toEqual(["one", "second"]);
    const words = await act((tx) => askInOtherWords(tx, userId, questionId, { text: "uno" }, limits));
    await finish(words.answerIds, { text: "third" });
    const { turns } = await open(conversationId);
    expect(turns.map(({ text }) => text)).toEqual(["uno", "third"]);
    expect(turns[0]?.siblings).toEqual([questionId, words.questionId]);
    await act((tx) => openTurnBranch(tx, userId, answerId));
    expect(await texts(conversationId)).toEqual(["one", "re: one"]);
    await act((tx) => openTurnBranch(tx, userId, words.questionId));
    expect(await texts(conversationId)).toEqual(["uno", "third"]);
  });

  it("goes on below an answer that was stopped, and is asked again from there", async () => {
    const { conversationId, answerIds } = await ask({ text: "q" });
    await finish(answerIds, { state: "stopped", text: "half" });
    const more = await act((tx) => askToContinue(tx, userId, answerIds[0] ?? "", {}, limits));
    await finish(more.answerIds, { text: " and the rest" });
    const again = await act((tx) => askAgain(tx, userId, more.answerIds[0] ?? "", {}, limits));
    await finish(again.answerIds, { text: " or so" });
    const { turns } = await open(conversationId);
    expect(turns.map(({ text, isContinuation }) => [text, isContinuation])).toEqual([
      ["q", false],
      ["half", false],
      [" or so", true],
    ]);
  });

  it("is asked again, in other words or to go on with other settings, which the conversation keeps", async () => {
    const { conversationId, questionId, answerId } = await exchange("one");
    const withSeed = (seed: number) => ({ systemPrompt: `prompt ${seed}`, parameters: { seed } });
    const asks = [
      () => act((tx) => askAgain(tx, userId, answerId, withSeed(1), limits)),
      () => act((tx) => askInOtherWords(tx, userId, questionId, { text: "uno", ...withSeed(2) }, limits)),
      () => act((tx) => askToContinue(tx, userId, answerId, withSeed(3), limits)),
    ];
    for (const [index, asked] of asks.entries()) {
      const { answerIds } = await asked();
      await finish(answerIds, { text: "more" });
      const { turns, conversation } = await open(conversationId);
      expect(turns.at(-1)).toMatchObject({ id: answerIds[0], parameters: { seed: index + 1 } });
      expect(conversation).toMatchObject(withSeed(index + 1));
    }
  });

  it("knows what could be spent once it was charged: without what has ended, less what is set aside", async () => {
    const { conversationId, answerId } = await exchange("one");
    const { id: accountId } = await fixture.db.account.update({
      where: { userId },
      data: { balanceNanos: 150n, reservedNanos: 30n },
    });
    const credit = (remainingNanos: bigint, endsAt: Date | null) => ({
      ...{ id: newId(), accountId, kind: "allowance" as const, amountNanos: 200n, remainingNanos, endsAt },
    });
    await fixture.db.credit.createMany({ data: [credit(100n, null), credit(50n, new Date(0))] });
    const used = { inputTokens: 1, cachedTokens: 0, outputTokens: 2, thinkingTokens: 0, isEstimated: false };
    await noteTurnCharge(fixture.db, userId, answerId, { ...used, chargeNanos: 5n });
    const { turns } = await open(conversationId);
    expect(turns.at(-1)).toMatchObject({ chargeNanos: 5n, balanceAfterNanos: 70n });
  });

  it("asks up to three models at once, to be compared", async () => {
    const { conversationId, answerIds } = await ask({ text: "q", models: ["a", "b", "c"] });
    const { turns, compared } = await open(conversationId);
    expect([turns[1]?.id, ...compared.map(({ id }) => id)]).toEqual(answerIds);
    expect(new Set([turns[1], ...compared].map((turn) => turn?.compareId)).size).toBe(1);
    expect(turns[1]?.siblings).toEqual(answerIds);
  });

  it("lets messages wait while an answer runs, and asks them one after the other, when it ended well only", async () => {
    const { conversationId, answerIds } = await ask({ text: "1" });
    await ask({ text: "2", conversationId });
    const third = await ask({ text: "3", conversationId });
    expect(await codeOf(ask({ text: "4", conversationId }))).toBe("parallel_exceeded");
    expect((await open(conversationId)).pending.map(({ text }) => text)).toEqual(["2", "3"]);
    const second = await endTurn(fixture.db, userId, answerIds[0] ?? "", { ...end, text: "one" });
    expect(await texts(conversationId)).toEqual(["1", "one", "2", ""]);
    await finish(second?.answerIds ?? [], { state: "stopped", text: "tw" });
    expect(await texts(conversationId)).toEqual(["1", "one", "2", "tw"]);
    expect(await act((tx) => takeBackPending(tx, userId, third.questionId))).toMatchObject({ text: "3" });
    expect((await open(conversationId)).pending).toEqual([]);
  });

  it("is marked where nothing above is sent any more", async () => {
    const { conversationId } = await exchange("1");
    const mark = await act((tx) => addClearMark(tx, userId, conversationId));
    expect(await act((tx) => addClearMark(tx, userId, conversationId))).toBe(mark);
    await exchange("2", conversationId);
    expect(await texts(conversationId)).toEqual(["1", "re: 1", "—", "2", "re: 2"]);
    await act((tx) => deleteTurns(tx, userId, mark, "one"));
    expect(await texts(conversationId)).toEqual(["1", "re: 1", "2", "re: 2"]);
  });

  it("is edited in place, and forked with its files, without being paid for twice", async () => {
    const picture = {
      kind: "image",
      name: "p.png",
      mediaType: "image/png",
      bytes: 3,
      pages: null,
      tokens: 9,
      isCut: false,
    } as const;
    const attachmentId = await act((tx) =>
      addAttachment(tx, userId, { ...picture, content: Buffer.from("abc"), text: null }, 1_000),
    );
    const asked = await ask({ text: "1", attachmentIds: [attachmentId ?? ""] });
    const wordless = await ask({ text: "", attachmentIds: [attachmentId ?? ""] });
    expect((await open(wordless.conversationId)).conversation.title).toBe("p.png");
    await finish(asked.answerIds);
    await fixture.db.turn.updateMany({
      where: { id: asked.answerIds[0] ?? "" },
      data: { requestId: newId(), chargeNanos: 5n },
    });
    await exchange("2", asked.conversationId);
    await act((tx) => editTurnText(tx, userId, asked.answerIds[0] ?? "", "changed", limits));
    const fork = await act((tx) => forkConversation(tx, userId, asked.answerIds[0] ?? "", limits));
    const { turns } = await open(fork);
    expect(turns.map(({ text }) => text)).toEqual(["1", "changed"]);
    expect(turns[0]?.attachments).toMatchObject([{ id: attachmentId, name: "p.png" }]);
    expect(turns[1]).toMatchObject({ isEdited: true, requestId: null, chargeNanos: null });
    await exchange("other", fork);
    expect(await texts(asked.conversationId)).toEqual(["1", "changed", "2", "re: 2"]);
  });
});

describe("what is deleted", () => {
  it("comes back as it was: a turn, all from a turn on, a conversation's turns, a conversation, all", async () => {
    const { conversationId } = await exchange("1");
    const second = await exchange("2", conversationId);
    await exchange("3", conversationId);
    const all = await texts(conversationId);
    for (const [scope, left] of [
      ["one", ["1", "re: 1", "re: 2", "3", "re: 3"]],
      ["from-here", ["1", "re: 1"]],
    ] as const) {
      const { deletionId } = await act((tx) => deleteTurns(tx, userId, second.questionId, scope));
      expect(await texts(conversationId)).toEqual(left);
      await restoreDeleted(fixture.db, userId, deletionId);
      expect(await texts(conversationId)).toEqual(all);
    }
    const cleared = await act((tx) => clearConversation(tx, userId, conversationId));
    expect(await texts(conversationId)).toEqual([]);
    expect(await restoreDeleted(fixture.db, userId, cleared.deletionId)).toBe(all.length);
    for (const id of [conversationId, null]) {
      const { deletionId } = await deleteConversations(fixture.db, userId, id);
      expect(await openConversation(fixture.db, userId, conversationId, { before: null, limit: 9 })).toBeNull();
      expect(await restoreDeleted(fixture.db, userId, deletionId)).toBe(1);
      expect(await texts(conversationId)).toEqual(all);
    }
  });

  it("is gone for good after a day, with files that nobody sent, but what hangs below a deleted turn stays", async () => {
    const unsent = {
      kind: "text",
      name: "n",
      mediaType: "text/plain",
      bytes: 1,
      pages: null,
      tokens: 1,
      isCut: false,
    } as const;
    const file = await act((tx) => addAttachment(tx, userId, { ...unsent, content: null, text: "x" }, 1_000));
    const { conversationId, answerId } = await exchange("1");
    const second = await exchange("2", conversationId);
    await act((tx) => deleteTurns(tx, userId, answerId, "one"));
    await act((tx) => deleteTurns(tx, userId, second.answerId, "one"));
    const gone = await exchange("gone");
    await deleteConversations(fixture.db, userId, gone.conversationId);
    await purgeConversations(pool);
    expect(await fixture.db.turn.count({ where: { id: { in: [answerId, second.answerId] } } })).toBe(2);
    await fixture.db.$executeRaw`update turn set deleted_at = deleted_at - interval '2 days'`;
    await fixture.db.$executeRaw`update conversation set deleted_at = deleted_at - interval '2 days'`;
    await fixture.db.$executeRaw`update attachment set created_at = created_at - interval '2 days'`;
    await purgeConversations(pool);
    expect(await texts(conversationId)).toEqual(["1", "2"]);
    const left = await fixture.db.turn.findMany({
      where: { id: { in: [answerId, second.answerId] } },
      select: { text: true },
    });
    expect(left).toEqual([{ text: "" }]);
    expect(await fixture.db.conversation.count({ where: { id: gone.conversationId } })).toBe(0);
    expect(await findAttachment(fixture.db, userId, file ?? "")).toBeNull();
  });

  it("temporary conversations are in no list, and gone after a day unless they are kept", async () => {
    const one = await ask({ text: "t", isTemporary: true });
    const kept = await ask({ text: "k", isTemporary: true });
    await updateConversation(fixture.db, userId, kept.conversationId, { isTemporary: false });
    const rows = await listConversations(fixture.db, userId, { query: "", before: null, limit: 9 });
    expect(rows.map(({ id }) => id)).toEqual([kept.conversationId]);
    expect((await open(one.conversationId)).turns).toHaveLength(2);
    await fixture.db
      .$executeRaw`update conversation set expires_at = now() - interval '1 second' where id = ${one.conversationId}::uuid`;
    expect(await openConversation(fixture.db, userId, one.conversationId, { before: null, limit: 9 })).toBeNull();
    await purgeConversations(pool);
    expect(await fixture.db.conversation.count({ where: { userId } })).toBe(1);
  });
});

describe("who isn't the owner, administrators too", () => {
  it("finds nothing: not the conversation, its turns, its files, and may do nothing to them", async () => {
    const text = {
      kind: "text",
      name: "n",
      mediaType: "text/plain",
      bytes: 1,
      pages: null,
      tokens: 1,
      isCut: false,
    } as const;
    const file = await act((tx) => addAttachment(tx, userId, { ...text, content: null, text: "secret" }, 1_000));
    const asked = await ask({ text: "secret", attachmentIds: [file ?? ""] });
    const [conversationId, turnId] = [asked.conversationId, asked.answerIds[0] ?? ""];
    expect(await openConversation(fixture.db, other, conversationId, { before: null, limit: 9 })).toBeNull();
    expect(await listConversations(fixture.db, other, { query: "secret", before: null, limit: 9 })).toEqual([]);
    expect(await findAttachment(fixture.db, other, file ?? "")).toBeNull();
    expect(await updateConversation(fixture.db, other, conversationId, { title: "mine" })).toBe(false);
    expect((await deleteConversations(fixture.db, other, conversationId)).count).toBe(0);
    expect(await act((tx) => askToStop(tx, other, { conversationId }))).toEqual([]);
    const refused = [
      ask({ text: "x", conversationId }, other),
      ask({ text: "x", attachmentIds: [file ?? ""] }, other),
      act((tx) => askAgain(tx, other, turnId, {}, limits)),
      act((tx) => askToContinue(tx, other, turnId, {}, limits)),
      act((tx) => askInOtherWords(tx, other, asked.questionId, { text: "x" }, limits)),
      act((tx) => editTurnText(tx, other, asked.questionId, "x", limits)),
      act((tx) => openTurnBranch(tx, other, turnId)),
      act((tx) => deleteTurns(tx, other, turnId, "one")),
      act((tx) => clearConversation(tx, other, conversationId)),
      act((tx) => addClearMark(tx, other, conversationId)),
      act((tx) => forkConversation(tx, other, turnId, limits)),
    ];
    expect(await Promise.all(refused.map(codeOf))).toEqual(refused.map(() => "not_found"));
    const { deletionId } = await deleteConversations(fixture.db, userId, conversationId);
    expect(await restoreDeleted(fixture.db, other, deletionId)).toBe(0);
    expect(await restoreDeleted(fixture.db, userId, deletionId)).toBe(1);
  });
});

describe("limits", () => {
  it("hold for conversations, turns, text and what runs at once, also for parallel questions", async () => {
    const asked = await Promise.all(Array.from({ length: 5 }, (_, n) => codeOf(ask({ text: `${n}` }))));
    expect(asked.filter((code) => code === null)).toHaveLength(3);
    expect(asked.filter((code) => code === "invalid_request")).toHaveLength(2);
    expect(await codeOf(ask({ text: "t", isTemporary: true, models: ["a", "b"] }))).toBe("parallel_exceeded");
    expect(await codeOf(ask({ text: "t", isTemporary: true }))).toBeNull();
    expect(await codeOf(ask({ text: "t", isTemporary: true }))).toBe("parallel_exceeded");
    const [first] = await listConversations(fixture.db, userId, { query: "", before: null, limit: 1 });
    const conversationId = first?.id ?? "";
    const within = { ...limits, turnsPerConversation: 2 };
    expect(await codeOf(ask({ text: "x", conversationId }, userId, within))).toBe("invalid_request");
    expect(await codeOf(ask({ text: "x", conversationId }, userId, { ...limits, textBytesPerPerson: 1 }))).toBe(
      "invalid_request",
    );
  });

  it("holds for all files of a person together", async () => {
    const file = {
      kind: "text",
      name: "n",
      mediaType: "text/plain",
      bytes: 6,
      pages: null,
      tokens: 1,
      isCut: false,
    } as const;
    const add = () => act((tx) => addAttachment(tx, userId, { ...file, content: null, text: "123456" }, 10));
    const added = await Promise.all([add(), add()]);
    expect(added.filter((id) => id === null)).toHaveLength(1);
  });

  it("lets nothing else be asked in a conversation where an answer runs", async () => {
    const { questionId, answerIds } = await ask({ text: "1" });
    const answerId = answerIds[0] ?? "";
    const refused = [
      act((tx) => askAgain(tx, userId, answerId, {}, limits)),
      act((tx) => askToContinue(tx, userId, answerId, {}, limits)),
      act((tx) => askInOtherWords(tx, userId, questionId, { text: "x" }, limits)),
    ];
    expect(await Promise.all(refused.map(codeOf))).toEqual(refused.map(() => "parallel_exceeded"));
  });
});

describe("a running answer", () => {
  it("is interrupted when its process says nothing any more, and that process may not write to it", async () => {
    const { conversationId, answerIds } = await ask({ text: "1" });
    const id = answerIds[0] ?? "";
    expect(await keepTurn(fixture.db, id, { text: "half", thinking: "hm" })).toEqual({
      isOurs: true,
      isStopAsked: false,
    });
    await fixture.db.$executeRaw`update turn set alive_until = now() - interval '1 second' where id = ${id}::uuid`;
    expect((await open(conversationId)).turns[1]).toMatchObject({ state: "interrupted", text: "half", thinking: "hm" });
    expect(await keepTurn(fixture.db, id, null)).toMatchObject({ isOurs: false });
    expect(await endTurn(fixture.db, userId, id, end)).toBeNull();
    expect((await open(conversationId)).turns[1]).toMatchObject({ state: "interrupted", text: "half" });
  });

  it("hears that it is to stop, in whatever process it runs", async () => {
    const { conversationId, answerIds } = await ask({ text: "1" });
    expect(await act((tx) => askToStop(tx, userId, { conversationId }))).toEqual(answerIds);
    expect(await keepTurn(fixture.db, answerIds[0] ?? "", null)).toEqual({ isOurs: true, isStopAsked: true });
  });
});

describe("the list", () => {
  it("has pinned ones first, then the newest, page by page", async () => {
    const within = { ...limits, conversations: 99, runsPerPerson: 99 };
    const ids: string[] = [];
    for (const text of ["a", "b", "c", "d"]) ids.push((await ask({ text }, userId, within)).conversationId);
    await updateConversation(fixture.db, userId, ids[0] ?? "", { isPinned: true });
    const first = await listConversations(fixture.db, userId, { query: "", before: null, limit: 2 });
    expect(first.map(({ title, isRunning }) => [title, isRunning])).toEqual([
      ["a", true],
      ["d", true],
      ["c", true],
    ]);
    const before = first.at(-1) ?? null;
    const second = await listConversations(fixture.db, userId, { query: "", before, limit: 2 });
    expect(second.map(({ title }) => title)).toEqual(["b"]);
    expect(await countConversations(fixture.db, userId)).toBe(4);
  });

  it("is searched by title and text, in Chinese too, all words, without what is deleted", async () => {
    const { conversationId, answerId } = await exchange("热力学第二定律怎样给时间指出方向？");
    const named = await exchange("Entropy of a Black Hole");
    await updateConversation(fixture.db, userId, named.conversationId, { title: "作业 三" });
    const found = async (query: string) =>
      (await listConversations(fixture.db, userId, { query, before: null, limit: 9 })).map(({ id }) => id);
    expect(await found("第二定律")).toEqual([conversationId]);
    expect(await found("black ENTROPY")).toEqual([named.conversationId]);
    expect(await found("作业")).toEqual([named.conversationId]);
    expect(await found("100%")).toEqual([]);
    expect(await found("re: 热力学")).toEqual([conversationId]);
    const [row] = await listConversations(fixture.db, userId, { query: "时间", before: null, limit: 9 });
    expect(row?.excerpt).toContain("时间指出方向");
    await act((tx) => deleteTurns(tx, userId, answerId, "one"));
    expect(await found("re: 热力学")).toEqual([]);
  });
});
