import { randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Asked, addAttachment, askQuestion, type Db } from "@lyceum/db";
import { deriveSecret, newId } from "@lyceum/domain";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { AnswerRoom } from "./answer-room.ts";
import { askLimits } from "./ask-limits.ts";
import { LiveRuns } from "./live-runs.ts";
import { runAnswers } from "./run-answer.ts";
import { createAsker, ending, FakeGateway } from "./testing/fake-gateway.ts";

const megabyte = 1024 * 1024;
const gateway = new FakeGateway();
let drop: () => Promise<void>;
let db: Db;
let userId: string;
/** How many pictures each query read that reads their content. */
let reads: number[] = [];
let watched: Db;

beforeAll(async () => {
  ({ db, userId, drop } = await createAsker(gateway));
  watched = db.$extends({
    query: {
      attachment: {
        async findMany({ args, query }) {
          const rows = await query(args);
          if (args.select?.content) reads.push(rows.length);
          return rows;
        },
      },
    },
  }) as unknown as Db;
  const id = newId();
  await db.model.create({ data: { id, name: "sees", capabilities: ["vision"] }, select: { id: true } });
  await db.modelGroup.create({ data: { modelId: id, groupId: "default" }, select: { modelId: true } });
});
afterAll(() => drop());
beforeEach(() => {
  gateway.reset();
  reads = [];
});

const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 45_000, interval: 20 });
const isOpen = () => until(() => expect(gateway.open).toHaveLength(1));

async function addPicture(content: Buffer): Promise<string> {
  const row = { kind: "image", name: "a.png", mediaType: "image/png", pages: null, tokens: 1, isCut: false } as const;
  const picture = { ...row, bytes: content.length, content, text: null };
  const id = await db.$transaction((tx) => addAttachment(tx, userId, picture, 200 * megabyte));
  if (id === null) throw new Error("too much is kept already");
  return id;
}
const ask = (model: string, text: string, attachmentIds: string[]) =>
  db.$transaction((tx) =>
    askQuestion(
      tx,
      userId,
      { conversationId: null, isTemporary: false, text, attachmentIds, models: [model] },
      askLimits,
    ),
  );
function run(asked: Asked, room = new AnswerRoom()) {
  const runs = new LiveRuns();
  const gatewayUrl = process.env.LYCEUM_INTERNAL_URL ?? "";
  const edges = { db: watched, runs, room, gatewayUrl, sessionKey: deriveSecret("0".repeat(64), "gateway-session") };
  return { runs, over: runAnswers(edges, userId, asked) };
}
const answerOf = ({ answerIds }: Asked) => db.turn.findUniqueOrThrow({ where: { id: answerIds[0] ?? "" } });

describe("pictures of a conversation", () => {
  it("are not read for a model that can't see, which is said", async () => {
    const asked = await ask("m", "what is this?", [await addPicture(randomBytes(1_000))]);
    const { over } = run(asked);
    await isOpen();
    gateway.open[0]?.end(ending);
    await over;
    expect(gateway.asked[0]?.body.messages).toEqual([{ role: "user", content: "what is this?" }]);
    expect((await answerOf(asked)).dropped).toEqual(["images", "top_p", "seed"]);
    expect(reads).toEqual([]);
  });

  it("are read one by one into their places, whatever else was written", async () => {
    const contents = [randomBytes(1_000), randomBytes(2_000)];
    const ids = await Promise.all(contents.map(addPicture));
    const text = `compare attachment:${ids[0]} with "picture:${ids[1]}" 比较`;
    const { over } = run(await ask("sees", text, ids));
    await isOpen();
    gateway.open[0]?.end(ending);
    await over;
    const images = contents.map((content) => ({
      type: "image_url",
      image_url: { url: `data:image/png;base64,${content.toString("base64")}` },
    }));
    expect(gateway.asked[0]?.body.messages).toEqual([{ role: "user", content: [{ type: "text", text }, ...images] }]);
    expect(reads).toEqual([1, 1]);
  });

  it("wait unread for room, and can be stopped there", async () => {
    const room = new AnswerRoom(megabyte);
    const leave = await room.take(megabyte, new AbortController().signal);
    const picture = await addPicture(randomBytes(megabyte));
    const [stopped, waiting] = [await ask("sees", "stopped", [picture]), await ask("sees", "waits", [picture])];
    const first = run(stopped, room);
    const second = run(waiting, room);
    const third = await ask("sees", "words", []);
    const words = run(third, room);
    await isOpen();
    gateway.open[0]?.end(ending);
    await words.over;
    expect([(await answerOf(stopped)).state, (await answerOf(waiting)).state]).toEqual(["running", "running"]);
    first.runs.find(stopped.answerIds[0] ?? "")?.end("stopped");
    await first.over;
    expect(await answerOf(stopped)).toMatchObject({ state: "stopped", text: "", error: null });
    expect(reads).toEqual([]);
    leave();
    await until(() => expect(gateway.open).toHaveLength(2));
    expect(reads).toEqual([1]);
    // The body has left: its room is free while the answer runs.
    (await room.take(megabyte, AbortSignal.timeout(45_000)))();
    gateway.open[1]?.end(ending);
    await second.over;
    expect((await answerOf(waiting)).state).toBe("done");
  });

  it("are in no memory any more while their answer runs", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const held = () => {
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const ids: string[] = [];
    for (let count = 0; count < 8; count++) ids.push(await addPicture(randomBytes(4 * megabyte)));
    const asked = await ask("sees", "what are these?", ids);
    const before = held();
    const { over } = run(asked);
    await isOpen();
    gateway.asked = [];
    await until(() => expect(held() - before).toBeLessThan(16 * megabyte));
    gateway.open[0]?.end(ending);
    await over;
  });
});
