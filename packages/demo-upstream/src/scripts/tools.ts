import { shortText } from "./passages.ts";
import { cutText, joinPieces, listPieces } from "./pieces.ts";
import { type Answer, answer, type DemoCall, type Piece, type Pieces, type Script } from "./plan.ts";
import { toolPieces } from "./tool-calls.ts";

const text = cutText(shortText);

/** Scripts that call tools. All answer in text after a tool result and without tools. */
export const toolScripts: readonly Script[] = [
  calling(
    "demo-tools",
    'calls the first tool offered (two calls if the last user text contains "two"); text after a tool result',
    (call) => ({ pieces: toolPieces(call) }),
  ),
  calling("demo-text-tools", "a sentence, then calls of tools like demo-tools", (call) => ({
    pieces: joinPieces(cutText("Let me look that up."), toolPieces(call)),
  })),
  calling("demo-parallel-tools", "two calls of tools, whatever the text says, one after the other", (call) => ({
    pieces: toolPieces(call, 2),
  })),
  calling(
    "demo-parallel-tools-interleaved",
    "two calls whose argument parts take turns (case 43), where the protocol can carry that",
    (call) => ({ pieces: takingTurns(toolPieces(call, 2)), quirks: { interleaves: true } }),
  ),
  calling(
    "demo-tools-no-arguments",
    "calls the first tool offered without any argument (case 9)",
    ({ tools, toolResults }) => ({
      pieces: listPieces(
        tools.slice(0, 1).map(({ name }) => ({
          kind: "tool" as const,
          call: 0,
          opens: { id: `call_demo_${toolResults.length}`, name },
          argumentsPart: "",
        })),
      ),
    }),
  ),
  calling(
    "demo-sloppy-tools",
    "like demo-tools; chat completions have each call whole in one chunk, without an index, and the finish reason stop",
    (call) => ({ pieces: wholeCalls(toolPieces(call)), quirks: { sloppyCalls: true } }),
  ),
  calling(
    "demo-truncated-arguments",
    "the call of the first tool offered ends by length in the middle of its arguments (case 11)",
    (call) => ({ pieces: firstHalf(toolPieces(call, 1)), finish: "length" }),
  ),
];

function calling(
  name: string,
  description: string,
  how: (call: DemoCall) => Partial<Answer> & { pieces: Pieces },
): Script {
  return {
    family: name,
    example: name,
    description,
    plan(call) {
      if (call.tools.length === 0 || call.afterTool) return answer(text);
      const { pieces, ...changes } = how(call);
      return answer(pieces, { finish: "tool_calls", ...changes });
    },
  };
}

/** At least the opening and a part that does not close the arguments. */
function firstHalf(pieces: Pieces): Pieces {
  return { count: Math.max(Math.floor(pieces.count / 2), 1), at: pieces.at };
}

/** Each call in one piece. */
function wholeCalls(pieces: Pieces): Pieces {
  const calls: Extract<Piece, { kind: "tool" }>[] = [];
  for (let index = 0; index < pieces.count; index++) {
    const piece = pieces.at(index);
    if (piece.kind !== "tool") continue;
    const last = calls.at(-1);
    if (piece.opens || !last) calls.push({ ...piece });
    else last.argumentsPart += piece.argumentsPart;
  }
  return listPieces(calls);
}

/** First both calls open, then their parts come one by one in turn. */
function takingTurns(pieces: Pieces): Pieces {
  const list = Array.from({ length: pieces.count }, (_, index) => pieces.at(index));
  const ofCall = (call: number) => list.filter((piece) => piece.kind === "tool" && piece.call === call);
  const [first, second] = [ofCall(0), ofCall(1)];
  const turns: Piece[] = [];
  for (let index = 0; index < Math.max(first.length, second.length); index++) {
    for (const piece of [first[index], second[index]]) if (piece) turns.push(piece);
  }
  return listPieces(turns);
}
