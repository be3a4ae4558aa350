/** The one thing to do about a refusal: a page, and its word under `keys` in the messages. */
export interface Fix {
  href: string;
  word: "fixBalance" | "fixModels" | "fixTerms" | "fixKeys" | "fixBaseUrl" | "fixKey" | "fixExplain";
}

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
    }
  | {
      /** Refused before it began: there is no usage record of it. */
      state: "refused";
      status: number;
      /** "POST /v1/v1/chat/completions"; "" where the address would show a key. */
      asked: string;
      time: string;
      sentence: string;
      fix: Fix;
    };
