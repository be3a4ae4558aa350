/** What the page hears while a run goes on: one JSON object a line. Times in ms since the run began. */
export type SpeedEvent =
  | { type: "begin"; runId: string }
  | { type: "sent"; model: string; place: number; atMs: number }
  /** What came since the last of these; `pieces` of it held text. */
  | { type: "text"; model: string; place: number; text: string; pieces: number; atMs: number }
  | {
      type: "done";
      model: string;
      place: number;
      ttftMs: number | null;
      tokensPerSecond: number | null;
      problem: string | null;
    }
  | { type: "end"; runId: string; state: "finished" | "stopped" | "failed"; problem: string | null };
