import { protocolIds } from "../../canonical/signature.ts";
import { applySplices, type Splice } from "../../json/splice.ts";
import { SKIP_SIGNATURE, signatureStart } from "./signatures.ts";

const foreignStarts = [...protocolIds.filter((id) => id !== "gemini-generate").map((id) => `${id}~`), "thought~"].map(
  (text) => Buffer.from(`"${signatureStart(text)}`),
);
const FIELD = /"thought_?[sS]ignature"\s*:\s*$/;

/**
 * A history that passes, with Google's stand-in where another vendor's model signed: a client that changes its model within a conversation
 * sends signatures that Google refuses. `count`: of those replaced.
 */
export function withoutForeignSignatures(body: Buffer): { readonly body: Buffer; readonly count: number } {
  const splices: Splice[] = [];
  for (const start of foreignStarts) {
    for (let at = body.indexOf(start); at >= 0; at = body.indexOf(start, at + start.length)) {
      if (!FIELD.test(body.toString("latin1", Math.max(0, at - 64), at))) continue;
      const end = body.indexOf('"', at + 1) + 1;
      splices.push({ start: at, end, text: `"${SKIP_SIGNATURE}"` });
    }
  }
  return { body: applySplices(body, splices), count: splices.length };
}
