import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { commandLine, createUser, type Db, getSessionUser } from "@lyceum/db";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import PlaygroundPage from "#app/(student)/playground/[[...conversation]]/page.tsx";
import { GET as exportRoute } from "#app/(student)/playground/conversations/[conversationId]/export/route.ts";
import { request } from "#server/testing/next-edges.ts";
import * as actions from "./actions.ts";
import type { SendResult } from "./contract.ts";
import { getLiveRuns } from "./live-runs.ts";
import { findConversation } from "./queries.ts";
import { playgroundRoutes } from "./routes.ts";
import { createAsker, ending, FakeGateway } from "./testing/fake-gateway.ts";

vi.mock("next/headers", async () => (await import("#server/testing/next-edges.ts")).edges["next/headers"]);
vi.mock("next/cache", async () => (await import("#server/testing/next-edges.ts")).edges["next/cache"]);
vi.mock("next-auth", async () => (await import("#server/testing/next-edges.ts")).edges["next-auth"]);
vi.mock("next-intl/server", async () => (await import("#server/testing/next-edges.ts")).edges["next-intl/server"]);

const gateway = new FakeGateway();
let drop: () => Promise<void>;
let db: Db;
let userId: string;
beforeAll(async () => {
  ({ db, userId, drop } = await createAsker(gateway));
});
afterAll(async () => {
  await until(() => expect(getLiveRuns().count).toBe(0));
  await drop();
});
beforeEach(async () => {
  gateway.reset();
  request.user = await getSessionUser(db, userId);
  await db.conversation.deleteMany({});
});

// For longer than it takes until the books of a stopped answer, which here never come, are waited for no more: 8 s and a bit.
const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 45_000, interval: 20 });
async function ok<Data>(result: Promise<{ ok: true; data: Data } | { ok: false; message: string }>): Promise<Data> {
  const answer = await result;
  if (!answer.ok) throw new Error(answer.message);
  return answer.data;
}
const send = (changes: object = {}) =>
  ok<SendResult>(actions.send({ conversationId: null, text: "hi", models: ["m"], ...changes }));
const turns = async (id: string) => (await findConversation(userId, id))?.turns ?? [];
const last = async (id: string) => (await turns(id)).at(-1);
const isOpen = (count = 1) => until(() => expect(gateway.open).toHaveLength(count));
const isOver = (id: string) => until(async () => expect((await last(id))?.state).not.toBe("running"));

describe("an answer", () => {
  it("whose last word came before Stop is whole", async () => {
    const { conversationId } = await send();
    await isOpen();
    const cut = once(gateway.open[0] as ServerResponse, "close");
    // The stream's last word, while its connection has not ended yet.
    gateway.open[0]?.write(ending);
    await until(async () => expect((await last(conversationId))?.text).toBe("one two"));
    await ok(actions.stop({ conversationId }));
    await cut;
    await isOver(conversationId);
    expect(await last(conversationId)).toMatchObject({ state: "done", text: "one two" });
    expect((await last(conversationId))?.answer).toMatchObject({ finishReason: "stop", error: null, outputTokens: 5 });
  });
});

describe("a question that is sent again because its reply was lost", () => {
  const askId = "0b9d0c3e-7e1f-4a54-8a07-51a4f5d0c9f1";

  it("is asked once, and answered with what came of it, however often and at once it is sent", async () => {
    const [first, second] = await Promise.all([send({ askId }), send({ askId })]);
    expect(second.conversationId).toBe(first.conversationId);
    expect(second.answers.map(({ id }) => id)).toEqual(first.answers.map(({ id }) => id));
    await isOpen();
    gateway.open[0]?.end(ending);
    await isOver(first.conversationId);
    const third = await send({ askId });
    expect(third).toMatchObject({ question: { id: first.question.id }, answers: [{ state: "done", text: "one two" }] });
    expect(await db.turn.count()).toBe(2);
    expect(gateway.asked).toHaveLength(1);
  });

  it("comes with the answer that is open, and those beside it, or none while it waits", async () => {
    const { conversationId, answers } = await send({ askId, models: ["m", "n"] });
    await isOpen(2);
    const waiting = await send({ askId: crypto.randomUUID(), conversationId, text: "then" });
    expect(waiting).toMatchObject({ question: { state: "pending" }, answers: [] });
    await ok(actions.chooseBranch({ turnId: answers[1]?.id ?? "" }));
    const again = await send({ askId, models: ["m", "n"] });
    expect(again.answers.map(({ id }) => id)).toEqual([answers[1]?.id, answers[0]?.id]);
    await ok(actions.cancelPending({ turnId: waiting.question.id }));
    for (const response of gateway.open) response.end(ending);
  });

  it("holds for another answer, one that goes on, and a question in other words", async () => {
    const { conversationId, question, answers } = await send();
    await isOpen();
    gateway.open[0]?.end(ending);
    await isOver(conversationId);
    const turnId = answers[0]?.id ?? "";
    const acts = [
      (id: string) => ok(actions.regenerate({ turnId, askId: id })),
      (id: string) => ok(actions.continueAnswer({ turnId, askId: id })),
      async (id: string) => {
        const edited = await ok(actions.editTurn({ turnId: question.id, text: "uno", rerun: true, askId: id }));
        return edited.sent as NonNullable<typeof edited.sent>;
      },
    ];
    for (const [index, act] of acts.entries()) {
      const id = crypto.randomUUID();
      const [first, second] = await Promise.all([act(id), act(id)]);
      await isOpen(index + 2);
      gateway.open[index + 1]?.end(ending);
      await isOver(conversationId);
      const third = await act(id);
      for (const repeated of [second, third]) {
        expect(repeated.question.id).toBe(first.question.id);
        expect(repeated.answers.map((answer) => answer.id)).toEqual(first.answers.map((answer) => answer.id));
      }
      expect(third.answers).toMatchObject([{ state: "done", text: "one two" }]);
      expect(gateway.asked).toHaveLength(index + 2);
    }
  });

  it("is another person's own with the same id, and asked anew once it was deleted", async () => {
    const first = await send({ askId });
    await isOpen();
    gateway.open[0]?.end(ending);
    await isOver(first.conversationId);
    const other = { studentId: "S000002", name: "o", role: "student", password: "correct horse battery" } as const;
    const { userId: otherId } = await db.$transaction((tx) => createUser(tx, commandLine, other));
    request.user = { ...(request.user as NonNullable<typeof request.user>), id: otherId };
    const theirs = await send({ askId });
    expect(theirs.conversationId).not.toBe(first.conversationId);
    request.user = await getSessionUser(db, userId);
    await ok(actions.deleteTurns({ turnId: first.question.id, scope: "from-here" }));
    const anew = await send({ askId, conversationId: first.conversationId });
    expect(anew.question.id).not.toBe(first.question.id);
    await isOpen(2);
    await ok(actions.deleteConversation({ conversationId: first.conversationId }));
    expect((await send({ askId })).conversationId).not.toBe(first.conversationId);
    await isOpen(3);
    for (const response of gateway.open) response.end(ending);
  });
});

describe("an export", () => {
  it("is named after, and tells, the time of the site's zone", async () => {
    const { conversationId } = await send();
    await isOpen();
    gateway.open[0]?.end(ending);
    await isOver(conversationId);
    const createdAt = new Date("2026-11-28T16:30:00Z");
    await db.conversation.update({ where: { id: conversationId }, data: { createdAt }, select: { id: true } });
    const address = `http://console.test${playgroundRoutes.export(conversationId, "markdown")}`;
    const reply = await exportRoute(new Request(address), { params: Promise.resolve({ conversationId }) });
    expect(reply.headers.get("content-disposition")).toContain('"lyceum-2026-11-29T0030.md"');
    expect(await reply.text()).toContain("*Times in the zone Asia/Shanghai*");
  });
});

describe("the page of a conversation", () => {
  it("is missing where its address names none", async () => {
    const page = PlaygroundPage({
      params: Promise.resolve({ conversation: ["not-a-uuid"] }),
      searchParams: Promise.resolve({}),
    });
    await expect(page).rejects.toMatchObject({ digest: "NEXT_HTTP_ERROR_FALLBACK;404" });
  });
});
