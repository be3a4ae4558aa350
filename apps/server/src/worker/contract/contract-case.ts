import type { Ask, Seen } from "./ask.ts";

/** What the demo upstream says it understood: packages/demo-upstream, `demo-inspect`. */
export type Understood = {
  readonly system: string;
  readonly turns: readonly { readonly role: string; readonly text: string }[];
  readonly images: readonly string[];
  readonly files: readonly string[];
  readonly tools: readonly { readonly name: string; readonly parameters?: unknown }[];
  readonly toolChoice: unknown;
  readonly parallelTools: boolean;
  readonly toolResults: readonly {
    readonly id: string;
    readonly name: string;
    readonly text: string;
    readonly isError: boolean;
  }[];
  readonly thinking: { readonly effort?: string; readonly budgetTokens?: number } | null;
  readonly schema: unknown;
  readonly stop: readonly string[];
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly choices: number;
  readonly maxTokens: number | null;
};

/** What is there to see after an exchange. `sent` is the upstream's last request. */
export type Observed = {
  readonly seen: Seen;
  readonly understood: Understood | null;
  readonly sent: string;
  readonly dropped: string;
  readonly clamped: string;
};

/** One line of the contract. `keeps` says whether what was asked for, or answered, has come through. */
export type ContractCase = {
  readonly id: string;
  readonly group: "request" | "answer";
  readonly title: { readonly zh: string; readonly en: string };
  readonly ask: Omit<Ask, "stream">;
  readonly keeps: (observed: Observed) => boolean;
  /** An upstream whose protocol has no word for what is to be answered: there is nothing to keep. */
  readonly unsaid?: string;
  /** Where it can't come through but must be refused or named: said of the upstream. All others must keep it. */
  readonly exceptions?: Readonly<Partial<Record<string, "refused" | "named">>>;
};

/** A case as its file writes it. */
export type Line = Omit<ContractCase, "title" | "group"> & { readonly zh: string; readonly en: string };
