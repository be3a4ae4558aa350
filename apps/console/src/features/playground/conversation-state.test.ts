import { describe, expect, it } from "vitest";
import type { TurnView } from "./contract.ts";
import { emptyTalk, hasPlace, shownTurns, withDeltas, withSent, withTurn } from "./conversation-state.ts";

function turn(id: string, more: Partial<TurnView> = {}): TurnView {
  return {
    id,
    kind: "answer",
    state: "running",
    parentId: null,
    siblings: [id],
    compareId: null,
    text: "",
    thinking: "",
    isContinuation: false,
    isEdited: false,
    attachments: [],
    createdAt: "",
    answer: null,
    ...more,
  };
}

const empty = emptyTalk({ model: "a", systemPrompt: "", parameters: {}, isTemporary: false });
const question = turn("q", { kind: "question", state: "done" });
const asked = withSent(empty, { conversationId: "c", question, answers: [turn("a", { parentId: "q" })] });

const delta = (textAt: number, text: string) => ({
  ...{ type: "delta" as const, turnId: "a", thinkingAt: 0, thinking: "" },
  ...{ textAt, text },
});

describe("a conversation on the page", () => {
  it("says of a turn whether what it belongs below is there", () => {
    const next = turn("q2", { kind: "question", state: "done", parentId: "a" });
    expect(hasPlace(asked, next)).toBe(true);
    expect(hasPlace(asked, { ...next, parentId: "asked in another window" })).toBe(false);
    expect(hasPlace(asked, { ...next, parentId: "asked in another window", state: "pending" })).toBe(true);
    expect(hasPlace(asked, turn("a", { parentId: "on an earlier page" }))).toBe(true);
    const waits = turn("w", { kind: "question", state: "pending" });
    expect(hasPlace(withTurn(asked, waits), turn("b", { parentId: "w" }))).toBe(true);
    const compared = withTurn(empty, turn("x", { compareId: "z", parentId: "elsewhere" }));
    expect(hasPlace(compared, turn("y", { compareId: "z", parentId: "elsewhere" }))).toBe(true);
  });

  it("takes pieces that overlap once, and says when one is missing", () => {
    const first = withDeltas(asked, [delta(0, "Hello"), delta(3, "lo wor")]);
    expect(first.isWhole).toBe(true);
    expect(first.talk.turns.at(-1)?.text).toBe("Hello wor");
    const second = withDeltas(first.talk, [delta(12, "x")]);
    expect(second.isWhole).toBe(false);
    expect(second.talk.turns.at(-1)?.text).toBe("Hello wor");
  });

  it("keeps the identity of turns that did not change", () => {
    const { talk } = withDeltas(asked, [delta(0, "x")]);
    expect(talk.turns[0]).toBe(asked.turns[0]);
  });

  it("puts a new branch in the place of the old one", () => {
    const again = withTurn(asked, turn("b", { parentId: "q", siblings: ["a", "b"] }));
    expect(again.turns.map(({ id }) => id)).toEqual(["q", "b"]);
    const edited = withTurn(again, turn("q2", { kind: "question", state: "done" }));
    expect(edited.turns.map(({ id }) => id)).toEqual(["q2"]);
  });

  it("moves a waiting message into the branch once it is sent", () => {
    const waiting = withTurn(asked, turn("q2", { kind: "question", state: "pending" }));
    expect(waiting.pending.map(({ id }) => id)).toEqual(["q2"]);
    const answered = withTurn(waiting, turn("a2", { parentId: "q2" }));
    expect(answered.turns.map(({ id, state }) => [id, state])).toEqual([
      ["q", "done"],
      ["a", "running"],
      ["q2", "done"],
      ["a2", "running"],
    ]);
    expect(answered.pending).toEqual([]);
    const sent = withTurn(waiting, turn("q2", { kind: "question", state: "done", parentId: "a" }));
    expect(sent.pending).toEqual([]);
    expect(sent.turns.map(({ id }) => id)).toEqual(["q", "a", "q2"]);
  });

  it("shows compared answers side by side until the talk goes on, and a continuation as one answer", () => {
    const siblings = ["a", "b"];
    const both = withSent(empty, {
      conversationId: "c",
      question,
      answers: siblings.map((id) => turn(id, { parentId: "q", compareId: "x", siblings })),
    });
    const [, beside] = shownTurns(both);
    expect(beside).toMatchObject({ kind: "compared", chosenId: "a", answers: [{ id: "a" }, { id: "b" }] });
    const on = withTurn(both, turn("q2", { kind: "question", state: "done", parentId: "a" }));
    expect(shownTurns(on).map(({ kind }) => kind)).toEqual(["question", "answer", "question"]);
    const more = withTurn(asked, turn("a2", { parentId: "a", isContinuation: true }));
    expect(shownTurns(more)[1]).toMatchObject({ kind: "answer", parts: [{ id: "a" }, { id: "a2" }] });
  });
});
