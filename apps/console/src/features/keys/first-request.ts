/** What the page that waits for a key's first request hears; amounts are text already. */
export type FirstRequestAnswer =
  | { state: "waiting" }
  | {
      state: "done" | "failed";
      status: number;
      model: string;
      tokens: string;
      cost: string;
      time: string;
      /** Why it failed, in the reader's language. */
      sentence: string | null;
    };
