import { AppError, toAppError } from "@lyceum/domain";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Waiting } from "../canonical/waiting.ts";
import type { Admitted } from "./admit.ts";
import { ClientPresence, type GatewayReply, type ReplyStream } from "./gateway-request.ts";
import { answerOrWait, type WaitingStream } from "./waiting-stream.ts";

const words: Waiting = {
  opening: () => "[",
  sign: ({ place }) => `(${place})`,
  failure: (error) => `[${error.code}]`,
};

/** A call that waits: what it has answered, and ways to go on. */
function scene(waiting: Waiting = words) {
  const client = new ClientPresence();
  const admitted = {
    request: { id: "00000000-0000-7000-8000-000000000000", client },
    call: { model: "m", streamContentType: "text/event-stream" },
  } as unknown as Admitted;
  const answer = Promise.withResolvers<GatewayReply>();
  const faults: unknown[] = [];
  let stream: WaitingStream | undefined;
  const reply = answerOrWait(
    admitted,
    waiting,
    (given) => {
      stream = given;
      return answer.promise;
    },
    (body) => ({ status: 200, headers: {}, body }),
    (thrown) => {
      faults.push(thrown);
      return toAppError(thrown);
    },
  );
  let text = "";
  let isEnded = false;
  void reply.then(
    ({ body }) => {
      if (Buffer.isBuffer(body)) text = body.toString();
      else
        body.start({
          write: (chunk) => {
            text += chunk.toString();
            return true;
          },
          end: () => {
            isEnded = true;
          },
        });
    },
    () => undefined,
  );
  if (stream === undefined) throw new Error("nothing was answered");
  return { client, answer, reply, line: stream, faults, text: () => text, isEnded: () => isEnded };
}

const whole = (text: string, status = 200): GatewayReply => ({ status, headers: {}, body: Buffer.from(text) });
const inLine = { place: { place: 4, waitMs: null } };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a streamed call that may have to wait", () => {
  it("is answered with its own status where its turn comes soon, however long the answer takes then", async () => {
    const { line, answer, reply } = scene();
    line.enter(inLine);
    await vi.advanceTimersByTimeAsync(2_900);
    line.leave();
    await vi.advanceTimersByTimeAsync(60_000);
    answer.resolve(whole("no", 503));
    expect(await reply).toMatchObject({ status: 503 });
  });

  it("gets a sign of life after three seconds and then every ten, until its turn comes", async () => {
    const { line, answer, text, isEnded } = scene();
    line.enter(inLine);
    await vi.advanceTimersByTimeAsync(2_999);
    expect(text()).toBe("");
    await vi.advanceTimersByTimeAsync(1);
    expect(text()).toBe("[(4)");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(text()).toBe("[(4)(4)(4)");
    line.leave();
    await vi.advanceTimersByTimeAsync(30_000);
    // Another try may have to wait again.
    line.enter({ place: null });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(text()).toBe("[(4)(4)(4)(null)");
    answer.resolve(whole("[1]"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([text(), isEnded()]).toEqual(["[(4)(4)(4)(null)1]", true]);
  });

  it("goes on with the answer's own stream, without what it begins with, and passes the wish for more on", async () => {
    const { line, answer, text, isEnded, reply } = scene();
    line.enter(inLine);
    await vi.advanceTimersByTimeAsync(3_000);
    let resumed = 0;
    const body: ReplyStream = {
      start(sink) {
        sink.write(Buffer.from("[1"));
        sink.write(Buffer.from("[2"));
        sink.end();
      },
      resume: () => void resumed++,
    };
    answer.resolve({ status: 200, headers: {}, body });
    await vi.advanceTimersByTimeAsync(1);
    expect([text(), isEnded()]).toEqual(["[(4)1[2", true]);
    ((await reply).body as ReplyStream).resume();
    expect(resumed).toBe(1);
  });

  it("ends in its protocol's words where a fault of our own comes too late for a status", async () => {
    const { line, answer, text, isEnded, faults } = scene();
    line.enter(inLine);
    await vi.advanceTimersByTimeAsync(3_000);
    answer.reject(new AppError("database_unavailable"));
    await vi.advanceTimersByTimeAsync(1);
    expect([text(), isEnded(), faults.length]).toEqual(["[(4)database_unavailable]", true, 1]);
    const early = scene();
    early.answer.reject(new AppError("overloaded"));
    await expect(early.reply).rejects.toMatchObject({ code: "overloaded" });
    expect(early.faults).toEqual([]);
  });

  it("writes nothing more to a client that has left", async () => {
    const { client, line, answer, text } = scene();
    line.enter(inLine);
    await vi.advanceTimersByTimeAsync(3_000);
    client.leave();
    await vi.advanceTimersByTimeAsync(20_000);
    answer.resolve(whole("[1]"));
    await vi.advanceTimersByTimeAsync(1);
    expect(text()).toBe("[(4)");
  });

  it("ends all the same when the client has left, for its end gives back what the request holds", async () => {
    const body: ReplyStream = { start: (sink) => sink.end(), resume: () => undefined };
    for (const reply of [whole("[1]"), { ...whole(""), body }]) {
      const { client, line, answer, isEnded } = scene();
      line.enter(inLine);
      await vi.advanceTimersByTimeAsync(3_000);
      client.leave();
      answer.resolve(reply);
      await vi.advanceTimersByTimeAsync(1);
      expect(isEnded()).toBe(true);
    }
  });
});
