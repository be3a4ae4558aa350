import { linesOf } from "#features/channels/trial-lines.ts";
import type { StageLine } from "./stage-line.ts";

export type Source = { readonly blob: Blob; readonly name: string };

/** What came of sending a list: the result, a sentence of the server's, or the code of an answer without one. */
export type Sent<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly message: string }
  | { readonly ok: false; readonly status: number };

/** Sends a file with what was chosen, and tells each stage as the server begins it. Throws where the server can't be reached. */
export async function sendRoster<Result>(
  url: string,
  { blob, name }: Source,
  choices: object,
  onStage: (stage: string, rows: number) => void,
  signal?: AbortSignal,
): Promise<Sent<Result>> {
  const body = new FormData();
  body.set("file", blob, name);
  body.set("choices", JSON.stringify(choices));
  const response = await fetch(url, { method: "POST", body, ...(signal && { signal }) });
  if (!response.ok || response.redirected || response.body === null) return { ok: false, status: response.status };
  for await (const text of linesOf(response.body)) {
    const line: StageLine<Result> = JSON.parse(text);
    if (line.kind === "end") return line;
    onStage(line.stage, line.rows);
  }
  throw new Error("the answer ended before its last line");
}
