/** One line of an answer that takes a while. */
export type StageLine<Result> =
  | { readonly kind: "stage"; readonly stage: string; readonly rows: number }
  | { readonly kind: "end"; readonly ok: true; readonly result: Result }
  | { readonly kind: "end"; readonly ok: false; readonly message: string };
