import type { Pieces } from "./plan.ts";
import { answer, type Script } from "./plan.ts";

/** Servers that predict several tokens at a time send them together. */
const tokensAPiece = 2;
/** So many pieces the answer has after the thinking. */
const answerPieces = 24;

/** A model with known times, to measure those who measure. Its thinking takes as many pieces as its time has room for. */
export const speedScripts: readonly Script[] = [
  {
    family: "demo-speed-TTFTms-THINKms-TPOTms",
    example: "demo-speed-300ms-400ms-10ms",
    description:
      "the first token after TTFT milliseconds, thinking for THINK, then 24 chunks of answer; two tokens a chunk, TPOT milliseconds for each token",
    plan: (_call, [ttftMs = 0, thinkMs = 0, tpotMs = 0]) => {
      const everyMs = tpotMs * tokensAPiece;
      const thoughts = thinkMs === 0 ? 0 : Math.max(1, everyMs === 0 ? 1 : Math.floor(thinkMs / everyMs));
      return answer(timedPieces(thoughts), {
        usage: { report: "asked", tokensAPiece },
        // The answer begins just when its time has come, also where the thinking's pieces don't fill theirs.
        pauseBefore(piece) {
          if (piece === 0) return ttftMs;
          return piece === thoughts ? thinkMs - (thoughts - 1) * everyMs : everyMs;
        },
      });
    },
  },
];

function timedPieces(thoughts: number): Pieces {
  return {
    count: thoughts + answerPieces,
    at: (index) =>
      index < thoughts
        ? { kind: "reasoning", text: `think ${index} ` }
        : { kind: "text", text: `word ${index - thoughts} ` },
  };
}
