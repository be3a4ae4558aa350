import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type Db, getSessionUser } from "@lyceum/db";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { GET as statementRoute } from "#app/(student)/playground/conversations/[conversationId]/statement/route.ts";
import { GET as streamRoute } from "#app/(student)/playground/conversations/[conversationId]/stream/route.ts";
import { request } from "#server/testing/next-edges.ts";
import * as actions from "./actions.ts";
import type { ConversationView, SendResult, StreamEvent } from "./contract.ts";
import { followConversation } from "./follow.ts";
import { getLiveRuns, LiveRuns } from "./live-runs.ts";
import { findConversation } from "./queries.ts";
import type { StatementAnswer } from "./statement/facts.ts";
import { beginning, createAsker, delta, ending, FakeGateway, frame } from "./testing/fake-gateway.ts";

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
  request.origin = "http://console.test";
  await db.conversation.deleteMany({});
});

const input = { conversationId: null, text: "hi", models: ["m"] };
async function ok<Data>(result: Promise<{ ok: true; data: Data } | { ok: false; message: string }>): Promise<Data> {
  const answer = await result;
  if (!answer.ok) throw new Error(answer.message);
  return answer.data;
}
const send = (changes: object = {}) => ok<SendResult>(actions.send({ ...input, ...changes }));
const view = async (id: string): Promise<ConversationView> => {
  const found = await findConversation(userId, id);
  if (found === null) throw new Error("no such conversation");
  return found;
};
const last = async (id: string) => (await view(id)).turns.at(-1);
// For longer than it takes until the books of a stopped answer, which here never come, are waited for no more: 8 s and a bit.
const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 45_000, interval: 20 });
const isOpen = (count = 1) => until(() => expect(gateway.open).toHaveLength(count));
const isOver = (id: string) => until(async () => expect((await last(id))?.state).not.toBe("running"));

describe("an answer", () => {
  it("is asked for in the person's name with what was set only, runs without anybody looking on, and is kept with its numbers", async () => {
    const sent = await send({ parameters: { temperature: 0.5 }, systemPrompt: "short" });
    expect(sent.answers).toMatchObject([{ state: "running", text: "", answer: { model: "m" } }]);
    await isOpen();
    expect(gateway.asked[0]).toMatchObject({ path: "/v1/chat/completions", claims: { userId, purpose: "playground" } });
    expect(gateway.asked[0]?.body).toEqual({
      ...{ model: "m", temperature: 0.5, stream: true, stream_options: { include_usage: true } },
      messages: [
        { role: "system", content: "short" },
        { role: "user", content: "hi" },
      ],
    });
    await until(async () =>
      expect(await last(sent.conversationId)).toMatchObject({ text: "one ", thinking: "let me see" }),
    );
    gateway.open[0]?.end(ending);
    await isOver(sent.conversationId);
    const turn = await last(sent.conversationId);
    expect(turn).toMatchObject({ state: "done", text: "one two", thinking: "let me see" });
    expect(turn?.answer).toMatchObject({
      ...{ inputTokens: 60, outputTokens: 5, thinkingTokens: 3, finishReason: "stop", servedModel: "m", error: null },
      ...{ requestId: "0199e3a0-0000-7000-8000-00000000000a", dropped: ["top_p", "seed"] },
    });
    expect(turn?.answer?.ttftMs).toBeGreaterThan(0);
  });

  it("ends by Stop, keeps what there is, and cuts the request off", async () => {
    const { conversationId } = await send();
    await isOpen();
    const cut = once(gateway.open[0] as ServerResponse, "close");
    await until(async () => expect((await last(conversationId))?.text).toBe("one "));
    expect(await ok(actions.stop({ conversationId }))).toEqual({ stopped: 1 });
    await cut;
    await isOver(conversationId);
    expect(await last(conversationId)).toMatchObject({ state: "stopped", text: "one ", answer: { error: null } });
    expect(await ok(actions.stop({ conversationId }))).toEqual({ stopped: 0 });
  });

  it("ends also by a stop that another process was asked for", async () => {
    const { conversationId, answers } = await send();
    await isOpen();
    await db.turn.updateMany({ where: { id: answers[0]?.id ?? "" }, data: { stopAskedAt: new Date() } });
    await isOver(conversationId);
    expect(await last(conversationId)).toMatchObject({ state: "stopped", text: "one " });
  });

  it("that is refused says why in both languages, whose move it is, and what helps", async () => {
    const message = "余额不足：… / The balance is too low: …";
    gateway.respond = (response) =>
      void response
        .writeHead(402, { "x-request-id": "x" })
        .end(JSON.stringify({ error: { code: "insufficient_balance", message } }));
    const { conversationId } = await send();
    await isOver(conversationId);
    const turn = await last(conversationId);
    expect(turn).toMatchObject({ state: "failed", text: "" });
    expect(turn?.answer?.error).toEqual({
      ...{ code: "insufficient_balance", zh: "余额不足：…", en: "The balance is too low: …", move: "you" },
      ...{ fix: "top-up", href: "/balance/empty", retryAfterSeconds: null },
    });
  });

  it.each([
    ["breaks off", (response: ServerResponse) => void response.writeHead(200).end(beginning), "unreachable", "one "],
    [
      "makes no sense",
      (response: ServerResponse) => void response.writeHead(200).end("data: {oops\n\n"),
      "upstream_error",
      "",
    ],
    ["is cut", (response: ServerResponse) => void response.destroy(), "unreachable", ""],
    [
      "says in the middle that it failed",
      (response: ServerResponse) =>
        void response
          .writeHead(200)
          .end(beginning + frame({ error: { code: "upstream_timeout", message: "久 / long" } })),
      "upstream_timeout",
      "one ",
    ],
  ])("that %s has failed, with what came of it", async (_, answer, code, text) => {
    gateway.respond = answer;
    const { conversationId } = await send();
    await isOver(conversationId);
    expect(await last(conversationId)).toMatchObject({ state: "failed", text, answer: { error: { code } } });
  });

  it("is kept without what the database keeps no character for, and so is what was asked", async () => {
    gateway.respond = (response) => void response.writeHead(200).end(delta({ content: "a\u0000b" }) + ending);
    const { conversationId } = await send({ text: "q\0" });
    await isOver(conversationId);
    expect((await view(conversationId)).turns.map(({ text }) => text)).toEqual(["q", "abtwo"]);
    expect(await actions.send({ ...input, parameters: { stop: ["\0"] } })).toMatchObject({ code: "invalid_input" });
  });

  it("is followed by what waited for it, with the history of then", async () => {
    const { conversationId } = await send();
    await isOpen();
    const waiting = await send({ conversationId, text: "and then?" });
    expect(waiting).toMatchObject({ question: { state: "pending" }, answers: [] });
    gateway.open[0]?.end(ending);
    await isOpen(2);
    expect(gateway.asked[1]?.body.messages).toEqual([
      { role: "user", content: "hi" },
      { role: "assistant", content: "one two" },
      { role: "user", content: "and then?" },
    ]);
    gateway.open[1]?.end(ending);
    await isOver(conversationId);
    expect((await view(conversationId)).turns.map(({ text }) => text)).toEqual([
      "hi",
      "one two",
      "and then?",
      "one two",
    ]);
  });

  it("goes on where it stopped, and sends nothing from above a mark", async () => {
    const { conversationId } = await send();
    await isOpen();
    await until(async () => expect((await last(conversationId))?.text).toBe("one "));
    await ok(actions.stop({ conversationId }));
    await isOver(conversationId);
    const more = await ok(actions.continueAnswer({ turnId: (await last(conversationId))?.id ?? "" }));
    expect(more.answers[0]).toMatchObject({ isContinuation: true });
    await isOpen(2);
    expect(gateway.asked[1]?.body.messages).toMatchObject([{ content: "hi" }, { content: "one " }, { role: "user" }]);
    gateway.open[1]?.end(ending);
    await isOver(conversationId);
    await ok(actions.clearContext({ conversationId }));
    await send({ conversationId, text: "anew" });
    await isOpen(3);
    expect(gateway.asked[2]?.body.messages).toEqual([{ role: "user", content: "anew" }]);
    gateway.open[2]?.end(ending);
    await isOver(conversationId);
  });

  it("is one of several that are compared, each of its own model", async () => {
    const { conversationId } = await send({ models: ["a", "b", "c"] });
    await isOpen(3);
    expect(gateway.asked.map(({ body }) => body.model).sort()).toEqual(["a", "b", "c"]);
    for (const response of gateway.open) response.end(ending);
    await until(async () => {
      const { turns, compared } = await view(conversationId);
      expect([...turns.slice(1), ...compared].map(({ state }) => state)).toEqual(["done", "done", "done"]);
    });
  });
});

async function collect(events: AsyncGenerator<StreamEvent | null>, until = (_: StreamEvent): boolean => false) {
  const all: StreamEvent[] = [];
  for await (const event of events) {
    if (event === null) continue;
    all.push(event);
    if (until(event)) break;
  }
  return all;
}
/** As `collect`, to the end; `isThere` once something of an answer was heard: whoever comes after its end hears nothing of it. */
function listen(events: AsyncGenerator<StreamEvent | null>) {
  let hear = () => {};
  const isThere = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const all = collect(events, ({ type }) => {
    if (type === "turn" || type === "delta") hear();
    return false;
  });
  return { isThere, all };
}
/** What a page that hears these events would show of a turn. */
function shown(events: readonly StreamEvent[], turnId: string, from = { thinking: "", text: "" }) {
  let { thinking, text } = from;
  for (const event of events) {
    if (event.type === "turn" && event.turn.id === turnId) ({ thinking, text } = event.turn);
    if (event.type === "delta" && event.turnId === turnId) {
      expect([event.thinkingAt, event.textAt]).toEqual([thinking.length, text.length]);
      thinking += event.thinking;
      text += event.text;
    }
  }
  return { thinking, text };
}

describe("whoever follows a conversation", () => {
  const whole = { thinking: "let me see", text: "one two" };
  it.each([
    ["this", () => getLiveRuns()],
    ["another", () => new LiveRuns()],
  ])(
    "hears all of an answer that runs in %s process, from the beginning or from where they were",
    async (_, runsOf) => {
      const { conversationId, answers } = await send();
      const id = answers[0]?.id ?? "";
      await isOpen();
      await until(async () => expect((await last(conversationId))?.text).toBe("one "));
      const deps = { db, runs: runsOf() };
      const { signal } = new AbortController();
      const first = await collect(
        followConversation(deps, userId, conversationId, [], signal),
        ({ type }) => type === "turn",
      );
      expect(shown(first, id)).toMatchObject({ text: "one " });
      const position = { turnId: id, thinking: 10, text: 2 };
      const both = [[], [position]].map((from) =>
        listen(followConversation(deps, userId, conversationId, from, signal)),
      );
      await Promise.all(both.map(({ isThere }) => isThere));
      gateway.open[0]?.end(ending);
      const [anew = [], on = []] = await Promise.all(both.map(({ all }) => all));
      expect(shown(anew, id)).toEqual(whole);
      expect(shown(on, id, { thinking: "let me see", text: "on" })).toEqual(whole);
      for (const events of [anew, on]) {
        expect(events.at(-1)).toEqual({ type: "idle" });
        expect(events.findLast((event) => event.type === "turn")).toMatchObject({ turn: { id, state: "done" } });
      }
    },
  );

  it("hears of messages that are sent meanwhile, and stops nothing by leaving", async () => {
    const { conversationId } = await send();
    await isOpen();
    const response = await streamRoute(new Request("http://console.test/x"), {
      params: Promise.resolve({ conversationId }),
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(
      `event: title\ndata: ${JSON.stringify({ type: "title", title: "hi" })}\n\n`,
    );
    await reader?.cancel();
    await send({ conversationId, text: "second" });
    const { signal } = new AbortController();
    const following = listen(followConversation({ db, runs: getLiveRuns() }, userId, conversationId, [], signal));
    await following.isThere;
    gateway.open[0]?.end(ending);
    await isOpen(2);
    gateway.open[1]?.end(ending);
    const turns = (await following.all).flatMap((event) => (event.type === "turn" ? [event.turn] : []));
    expect(new Set(turns.map(({ id }) => id)).size).toBe(2);
    expect(turns.at(-1)).toMatchObject({ state: "done", text: "one two" });
  });

  it("is the owner only: others hear nothing, nor of turns of a conversation that isn't this one", async () => {
    const { conversationId, answers } = await send();
    await isOpen();
    const other = { ...(await getSessionUser(db, userId)), id: crypto.randomUUID(), role: "admin" };
    request.user = other as NonNullable<typeof request.user>;
    const params = Promise.resolve({ conversationId });
    expect((await streamRoute(new Request("http://console.test/x"), { params })).status).toBe(404);
    request.user = await getSessionUser(db, userId);
    const empty = await db.conversation.create({ data: { id: crypto.randomUUID(), userId }, select: { id: true } });
    const foreign = [{ turnId: answers[0]?.id ?? "", thinking: 0, text: 0 }];
    const events = await collect(
      followConversation({ db, runs: getLiveRuns() }, userId, empty.id, foreign, new AbortController().signal),
    );
    expect(events.map(({ type }) => type)).toEqual(["title", "idle"]);
    gateway.open[0]?.end(ending);
    await isOver(conversationId);
  });
});

describe("acts around answers", () => {
  it("tell what would be sent without sending it", async () => {
    const { conversationId } = await send();
    await isOpen();
    gateway.open[0]?.end(ending);
    await isOver(conversationId);
    const preview = await ok(actions.previewRequest({ conversationId, text: "more", model: "m" }));
    expect(preview).toMatchObject({ messages: 3, inputNanos: null, dropped: [] });
    expect(preview).toMatchObject({ asked: { model: "m" }, files: [] });
    expect(preview.asked.messages.at(-1)).toEqual({ role: "user", parts: [{ kind: "text", text: "more" }] });
    expect(preview.inputTokens).toBeGreaterThan(5);
    expect(gateway.asked).toHaveLength(1);
  });

  it("tell their own person alone what a statement on the use of AI says, of every branch", async () => {
    const { conversationId, answers } = await send();
    await isOpen();
    gateway.open[0]?.end(ending);
    await isOver(conversationId);
    await ok(actions.regenerate({ turnId: answers[0]?.id ?? "", parameters: { seed: 7 } }));
    await isOpen(2);
    gateway.open[1]?.end(ending);
    await isOver(conversationId);
    const ask = () =>
      statementRoute(new Request("http://console.test/x"), { params: Promise.resolve({ conversationId }) });
    const { facts } = (await (await ask()).json()) as StatementAnswer;
    expect(facts).toMatchObject({ questions: 1, answers: 2, parameters: [{ seed: 7 }], hasDefaults: true });
    expect(facts.models).toMatchObject([{ model: "m", answers: 2 }]);
    request.user = { ...(request.user as NonNullable<typeof request.user>), id: crypto.randomUUID(), role: "admin" };
    expect((await ask()).status).toBe(404);
    request.user = await getSessionUser(db, userId);
  });

  it("stop what runs in what is deleted", async () => {
    const { conversationId } = await send();
    await isOpen();
    const cut = once(gateway.open[0] as ServerResponse, "close");
    const { deletionId } = await ok(actions.deleteConversation({ conversationId }));
    await cut;
    await ok(actions.restore({ deletionId }));
    await isOver(conversationId);
    expect(await last(conversationId)).toMatchObject({ state: "stopped" });
  });
});
