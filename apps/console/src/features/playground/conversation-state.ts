import type { ConversationView, StreamEvent, TurnView } from "./contract.ts";

/** A conversation as the page holds it. Every function here answers a new one and keeps what did not change. */
export type Talk = ConversationView;

/** A conversation that nobody has written in. */
export function emptyTalk(defaults: Pick<Talk, "model" | "systemPrompt" | "parameters" | "isTemporary">): Talk {
  return {
    id: "",
    title: "",
    isPinned: false,
    createdAt: "",
    updatedAt: "",
    turns: [],
    hasEarlier: false,
    compared: [],
    pending: [],
    ...defaults,
  };
}

function replaced(turns: TurnView[], turn: TurnView): TurnView[] {
  return turns.map((each) => (each.id === turn.id ? turn : each));
}

const has = (turns: TurnView[], id: string) => turns.some((turn) => turn.id === id);

/** Puts a turn where it belongs: among those that wait, beside the answers it is compared with, or at the end of the branch. */
export function withTurn(talk: Talk, turn: TurnView): Talk {
  if (turn.state === "pending") {
    const pending = has(talk.pending, turn.id) ? replaced(talk.pending, turn) : [...talk.pending, turn];
    return { ...talk, pending };
  }
  const pending = has(talk.pending, turn.id) ? talk.pending.filter(({ id }) => id !== turn.id) : talk.pending;
  if (has(talk.turns, turn.id)) return { ...talk, pending, turns: replaced(talk.turns, turn) };
  if (has(talk.compared, turn.id)) return { ...talk, pending, compared: replaced(talk.compared, turn) };
  // The stream tells of the answer to a message that waited, not of the message: it is here already.
  const asked = talk.pending.find(({ id }) => id === turn.parentId);
  // Where a message waits it has no place yet: it comes below the end.
  const parentId = talk.turns.at(-1)?.id ?? null;
  if (asked) return withTurn(withTurn(talk, { ...asked, state: "done", parentId }), turn);
  const isCompared = turn.compareId !== null && talk.turns.some(({ compareId }) => compareId === turn.compareId);
  if (isCompared) return { ...talk, pending, compared: [...talk.compared, turn] };
  return { ...talk, pending, turns: [...upTo(talk.turns, turn.parentId), turn] };
}

/** Whether what a turn belongs below is on the page; else something between is missing, and all of it must be asked for again. */
export function hasPlace({ turns, compared, pending }: Talk, turn: TurnView): boolean {
  const { id, state, parentId, compareId } = turn;
  if (state === "pending" || parentId === null || has([...turns, ...compared], id)) return true;
  if (compareId !== null && turns.some((each) => each.compareId === compareId)) return true;
  return has([...turns, ...pending], parentId);
}

/** The branch down to a turn: a new one below it takes the place of what stood there. */
function upTo(turns: TurnView[], parentId: string | null): TurnView[] {
  if (parentId === null) return [];
  const at = turns.findIndex(({ id }) => id === parentId);
  return at < 0 ? turns : turns.slice(0, at + 1);
}

/** What a question and its answers become on the page. */
export function withSent(talk: Talk, sent: { conversationId: string; question: TurnView; answers: TurnView[] }): Talk {
  const begun = withTurn(talk.id === "" ? { ...talk, id: sent.conversationId } : talk, sent.question);
  return sent.answers.reduce(withTurn, begun);
}

/** The new words of a piece; null: something between is missing. */
function added(before: string, at: number, more: string): string | null {
  if (at > before.length) return null;
  return before + more.slice(before.length - at);
}

/** Applies pieces of running answers. `isWhole` false: a piece was lost, and the stream must be asked again from here. */
export function withDeltas(
  talk: Talk,
  deltas: Extract<StreamEvent, { type: "delta" }>[],
): { talk: Talk; isWhole: boolean } {
  let isWhole = true;
  const grown = new Map<string, TurnView>();
  for (const delta of deltas) {
    const turn =
      grown.get(delta.turnId) ?? [...talk.turns, ...talk.compared].find(({ id }) => id === delta.turnId) ?? null;
    const text = turn && added(turn.text, delta.textAt, delta.text);
    const thinking = turn && added(turn.thinking, delta.thinkingAt, delta.thinking);
    if (turn === null || text === null || thinking === null) isWhole = false;
    else grown.set(delta.turnId, { ...turn, text, thinking });
  }
  if (grown.size === 0) return { talk, isWhole };
  const grow = (turns: TurnView[]) =>
    turns.some(({ id }) => grown.has(id)) ? turns.map((turn) => grown.get(turn.id) ?? turn) : turns;
  return { talk: { ...talk, turns: grow(talk.turns), compared: grow(talk.compared) }, isWhole };
}

/** Answers that are being written. */
export function runningTurns(talk: Talk): TurnView[] {
  return [...talk.turns, ...talk.compared].filter(({ state }) => state === "running");
}

/** One thing to see in the log: a turn, an answer with what continued it, or answers side by side. */
export type Shown =
  | { kind: "question" | "clear"; turn: TurnView }
  | { kind: "answer"; parts: TurnView[] }
  | { kind: "compared"; answers: TurnView[]; chosenId: string };

/** The branch as it is shown. Answers asked for at once stand side by side until the talk has gone on from one of them. */
export function shownTurns(talk: Pick<Talk, "turns" | "compared">): Shown[] {
  const shown: Shown[] = [];
  for (const [index, turn] of talk.turns.entries()) {
    const last = shown.at(-1);
    if (turn.kind !== "answer") shown.push({ kind: turn.kind, turn });
    else if (turn.isContinuation && last?.kind === "answer") last.parts.push(turn);
    else {
      const beside = turn.compareId ? talk.compared.filter(({ compareId }) => compareId === turn.compareId) : [];
      if (beside.length > 0 && index === talk.turns.length - 1) {
        const answers = [turn, ...beside].toSorted((a, b) => order(turn, a) - order(turn, b));
        shown.push({ kind: "compared", answers, chosenId: turn.id });
      } else shown.push({ kind: "answer", parts: [turn] });
    }
  }
  return shown;
}

function order(chosen: TurnView, turn: TurnView): number {
  const at = chosen.siblings.indexOf(turn.id);
  return at < 0 ? chosen.siblings.length : at;
}

/** The answer that the next question follows on, if any. */
export function lastAnswer(talk: Pick<Talk, "turns">): TurnView | null {
  return talk.turns.findLast(({ kind }) => kind === "answer") ?? null;
}
