/** By how much an estimate may lie below what several answers really have. */
const SLACK = 1.4;

/** Whether an upstream's figure is evidently that of one of several answers: llama.cpp counts each by itself. `estimate`: of all together. */
export function countsOneAnswer(outputTokens: number, estimate: number, choices: number): boolean {
  return choices > 1 && outputTokens * choices <= estimate * SLACK;
}
