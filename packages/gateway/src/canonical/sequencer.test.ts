import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Blocks } from "./blocks.ts";
import { fold } from "./fold.ts";
import type { ReplyEvent } from "./reply-event.ts";
import { Sequencer } from "./sequencer.ts";

function sequenced(events: readonly ReplyEvent[]): ReplyEvent[] {
  const result: ReplyEvent[] = [];
  const sequencer = new Sequencer((event) => result.push(event));
  for (const event of events) sequencer.add(event);
  return result;
}

const call = (block: number): ReplyEvent => ({
  type: "tool-input-start",
  choice: 0,
  block,
  id: `c${block}`,
  name: "f",
});
const piece = (block: number, text: string): ReplyEvent => ({ type: "tool-input-delta", choice: 0, block, text });
const end = (block: number): ReplyEvent => ({ type: "tool-input-end", choice: 0, block });
const finish: ReplyEvent = { type: "finish", choice: 0, reason: "tool-calls", stopSequence: null };

/** The pieces in which arguments come; an answer may end after any of them. */
const argumentPieces = ["{", '"a":', '"}', '"', "}"];
/** What a model may do in one choice, as a decoder without starts and ends sees it. */
const step = fc.oneof(
  fc.record({ kind: fc.constant("text" as const), text: fc.string({ minLength: 1 }) }),
  fc.record({ kind: fc.constant("reasoning" as const), text: fc.string({ minLength: 1 }) }),
  fc.record({ kind: fc.constant("tool" as const), key: fc.integer({ min: 0, max: 3 }) }),
);
const answers = fc.array(step, { maxLength: 30 }).map((steps) => {
  const events: ReplyEvent[] = [];
  const blocks = new Blocks(0, (event) => events.push(event));
  const given = [0, 0, 0, 0];
  for (const each of steps) {
    if (each.kind === "text") blocks.text(each.text);
    else if (each.kind === "reasoning") blocks.reasoning(each.text);
    else {
      blocks.openTool(each.key, { id: `c${each.key}`, name: `f${each.key}` });
      blocks.toolInput(each.key, argumentPieces[given[each.key] ?? 0] ?? "");
      given[each.key] = (given[each.key] ?? 0) + 1;
    }
  }
  blocks.finish("stop");
  return events;
});

describe("Blocks", () => {
  it("starts and ends each block once, and never has text and thought open together (case 45)", () => {
    fc.assert(
      fc.property(answers, (events) => {
        const open = new Map<number, string>();
        const seen = new Set<number>();
        for (const event of events) {
          if (!("block" in event)) continue;
          if (event.type.endsWith("-start")) {
            expect(seen.has(event.block)).toBe(false);
            seen.add(event.block);
            open.set(event.block, event.type);
            const inTurns = [...open.values()].filter((type) => type !== "tool-input-start");
            expect(inTurns.length).toBeLessThanOrEqual(1);
          } else {
            expect(open.has(event.block)).toBe(true);
            if (event.type.endsWith("-end")) open.delete(event.block);
          }
        }
        expect(open.size).toBe(0);
        expect(events.at(-1)?.type).toBe("finish");
      }),
    );
  });
});

describe("Sequencer", () => {
  it("has one block open at a time, in the order of their starts, and folds to the same answer (case 43)", () => {
    fc.assert(
      fc.property(answers, (events) => {
        const result = sequenced(events);
        let open: number | null = null;
        let last = -1;
        for (const event of result) {
          if (!("block" in event)) continue;
          if (event.type.endsWith("-start")) {
            expect(open).toBeNull();
            expect(event.block).toBeGreaterThan(last);
            open = event.block;
            last = event.block;
          } else expect(event.block).toBe(open);
          if (event.type.endsWith("-end")) open = null;
        }
        expect(open).toBeNull();
        expect(fold(result)).toEqual(fold(events));
      }),
    );
  });

  it("lets the second call through at once where the first one's arguments are complete", () => {
    const events = [call(0), piece(0, '{"a":"}'), piece(0, '"}'), call(1), piece(1, "{")];
    expect(sequenced(events)).toEqual([call(0), piece(0, '{"a":"}'), piece(0, '"}'), end(0), call(1), piece(1, "{")]);
  });

  it("closes what an upstream left open", () => {
    expect(sequenced([call(0), piece(0, "{"), call(1), piece(1, "{}"), finish])).toEqual([
      call(0),
      piece(0, "{"),
      end(0),
      call(1),
      piece(1, "{}"),
      end(1),
      finish,
    ]);
  });
});
