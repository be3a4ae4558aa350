import "server-only";
import {
  type Db,
  findConversation,
  interruptDeadTurns,
  listAnswersSince,
  listRunningTurns,
  loadTurns,
  loadTurnTree,
  readTurn,
  type TurnRow,
} from "@lyceum/db";
import { newId } from "@lyceum/domain";
import type { StreamEvent, StreamPosition } from "./contract.ts";
import type { LiveRun, LiveRuns } from "./live-runs.ts";
import { turnView } from "./views.ts";

/** Pieces that come closer together than this go out as one: more is more than anybody sees. */
const pauseMs = 30;
/** How often the database is asked about answers that run in another process; and about new ones, as others could begin them. */
const lookEveryMs = 700;
/** Whoever passes the stream on takes a silent one for lost. */
const silenceMs = 15_000;

type Position = { thinking: number; text: number; revision: number };

/**
 * What happens in a conversation of this person, from certain positions on, until nothing runs there any more. `null` says only that it is still
 * there. Nothing is buffered for anybody: each follower has a position in what there is.
 */
export async function* followConversation(
  { db, runs }: { db: Db; runs: LiveRuns },
  userId: string,
  conversationId: string,
  from: readonly StreamPosition[],
  signal: AbortSignal,
): AsyncGenerator<StreamEvent | null> {
  const positions = new Map<string, Position>(
    from.map(({ turnId, thinking, text }) => [turnId, { thinking, text, revision: 0 }]),
  );
  const ended = new Set<string>();
  const begun = newId();
  const changes = new Changes(runs, conversationId, signal);
  const findLive = (id: string) => runs.of(conversationId).find(({ turnId }) => turnId === id) ?? null;
  const turnEvent = async (id: string): Promise<StreamEvent | null> => {
    const turn = await loadPlacedTurn(db, userId, conversationId, id);
    if (turn === null) return null;
    const live = findLive(id);
    const now =
      live === null || turn.state !== "running" ? turn : { ...turn, text: live.text, thinking: live.thinking };
    positions.set(id, { thinking: now.thinking.length, text: now.text.length, revision: live?.revision ?? 0 });
    return { type: "turn", turn: turnView(now) };
  };
  const look = async () => {
    await interruptDeadTurns(db, conversationId);
    return listRunningTurns(db, userId, conversationId);
  };
  try {
    const conversation = await findConversation(db, userId, conversationId);
    if (conversation === null) return;
    yield { type: "title", title: conversation.title };
    let lookedAt = Number.NEGATIVE_INFINITY;
    let saidAt = performance.now();
    while (!signal.aborted) {
      const live = runs.of(conversationId);
      const isTimeToLook = live.length === 0 || performance.now() - lookedAt >= lookEveryMs;
      const stored = isTimeToLook ? await look() : [];
      if (isTimeToLook) lookedAt = performance.now();
      for (const id of new Set([...live.map(({ turnId }) => turnId), ...stored])) {
        ended.delete(id);
        if (!positions.has(id)) {
          const event = await turnEvent(id);
          if (event !== null) yield event;
        }
      }
      for (const [id, position] of positions) {
        if (ended.has(id)) continue;
        const run = findLive(id);
        if (run === null) {
          if (!isTimeToLook) continue;
          const turn = await readTurn(db, conversationId, id);
          if (turn?.state === "running") {
            const delta = deltaOf(id, position, turn);
            if (delta !== null) yield delta;
            continue;
          }
          ended.add(id);
        }
        const event =
          run !== null && run.revision === position.revision ? deltaOf(id, position, run) : await turnEvent(id);
        if (event === null) continue;
        saidAt = performance.now();
        yield event;
      }
      if (runs.of(conversationId).length === 0 && (await listRunningTurns(db, userId, conversationId)).length === 0) {
        if ([...positions.keys()].every((id) => ended.has(id))) {
          // A short one may have begun and ended between two looks.
          const answers = await listAnswersSince(db, userId, conversationId, begun);
          const missed = answers.filter((id) => !positions.has(id));
          for (const id of missed) {
            positions.set(id, { thinking: 0, text: 0, revision: 0 });
            ended.add(id);
            const event = await turnEvent(id);
            if (event !== null) yield event;
          }
          if (missed.length > 0) continue; // what waited behind it may run by now
          yield { type: "idle" };
          return;
        }
        continue; // ended since it was looked at
      }
      await changes.next(lookEveryMs);
      if (performance.now() - saidAt >= silenceMs) {
        saidAt = performance.now();
        yield null;
      }
    }
  } finally {
    changes.end();
  }
}

/** What is beyond a position, which moves there; null: nothing. */
function deltaOf(turnId: string, position: Position, now: Pick<LiveRun, "text" | "thinking">): StreamEvent | null {
  const [thinkingAt, textAt] = [
    Math.min(position.thinking, now.thinking.length),
    Math.min(position.text, now.text.length),
  ];
  const [thinking, text] = [now.thinking.slice(thinkingAt), now.text.slice(textAt)];
  if (thinking === "" && text === "") return null;
  position.thinking = now.thinking.length;
  position.text = now.text.length;
  return { type: "delta", turnId, thinkingAt, thinking, textAt, text };
}

async function loadPlacedTurn(db: Db, userId: string, conversationId: string, id: string): Promise<TurnRow | null> {
  const conversation = await findConversation(db, userId, conversationId);
  if (conversation === null) return null;
  const { tree } = await loadTurnTree(db, conversation);
  if (tree.find(id) === null) return null;
  return (await loadTurns(db, tree, [id]))[0] ?? null;
}

/** Wakes whoever waits when something of a conversation changes. */
class Changes {
  #isDue = false;
  #wake: (() => void) | null = null;
  readonly #stop: () => void;

  constructor(runs: LiveRuns, conversationId: string, signal: AbortSignal) {
    const wake = () => {
      this.#isDue = true;
      this.#wake?.();
    };
    this.#stop = runs.listen(conversationId, wake);
    signal.addEventListener("abort", wake, { once: true });
  }

  /** Resolves a pause after a change, or after so long without one. */
  async next(mostMs: number): Promise<void> {
    if (!this.#isDue) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, mostMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    this.#isDue = false;
  }

  end(): void {
    this.#stop();
  }
}
