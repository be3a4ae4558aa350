import { describe, expect, it } from "vitest";
import { AnswerRoom } from "./answer-room.ts";

const megabyte = 1024 * 1024;
const never = new AbortController().signal;
/** Who has been let in, in the order of that. */
function doorOf(room: AnswerRoom) {
  const inside: string[] = [];
  const enter = async (name: string, bytes: number, signal = never) => {
    const leave = await room.take(bytes, signal);
    inside.push(name);
    return leave;
  };
  return { inside, enter };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("the room for bodies of answers", () => {
  it("lets in what fits, in the order it came, and the next when somebody leaves", async () => {
    const { inside, enter } = doorOf(new AnswerRoom(10 * megabyte));
    const leave = await enter("a", 6 * megabyte);
    const all = [enter("b", 6 * megabyte), enter("c", 2 * megabyte)];
    await settled();
    expect(inside).toEqual(["a"]);
    leave();
    leave();
    await Promise.all(all);
    expect(inside).toEqual(["a", "b", "c"]);
    // What was given back twice counts once: 2 MB are free.
    const more = enter("d", 3 * megabyte);
    await settled();
    expect(inside).not.toContain("d");
    (await all[1])?.();
    await more;
  });

  it("lets in what is larger than all of it, alone", async () => {
    const { inside, enter } = doorOf(new AnswerRoom(10 * megabyte));
    const leave = await enter("small", megabyte);
    const large = enter("large", 50 * megabyte);
    const behind = enter("behind", megabyte);
    await settled();
    expect(inside).toEqual(["small"]);
    leave();
    await settled();
    expect(inside).toEqual(["small", "large"]);
    (await large)();
    await behind;
  });

  it("lets nobody wait with words alone, and whoever is stopped leave, so that those behind get in", async () => {
    const { inside, enter } = doorOf(new AnswerRoom(10 * megabyte));
    await enter("a", 8 * megabyte);
    const stopping = new AbortController();
    const stopped = enter("stopped", 5 * megabyte, stopping.signal);
    const behind = enter("behind", 2 * megabyte);
    await enter("words", 10_000);
    expect(inside).toEqual(["a", "words"]);
    stopping.abort();
    await expect(stopped).rejects.toBe(stopping.signal.reason);
    await behind;
    await expect(enter("late", 1, stopping.signal)).rejects.toBe(stopping.signal.reason);
  });
});
