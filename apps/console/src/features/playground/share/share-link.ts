import type { Parameters } from "../parameters.ts";

/** How to begin a conversation as somebody else would: nothing of theirs, and no key. */
export interface Shared {
  models: string[];
  systemPrompt: string;
  parameters: Parameters;
  /** For the composer; "": nothing. */
  draft: string;
}

/** Longer addresses are cut by chat programs, or refused by browsers. */
export const longestLink = 16_000;

/** Before what a link holds. It stands behind the `#`, which a browser sends to nobody: no log of ours or of a proxy sees it. */
export const sharePrefix = "#share=";

/** The fragment of a link, with nothing in it that is not set. */
export function shareFragment({ models, systemPrompt, parameters, draft }: Shared): string {
  const content = {
    v: 1,
    models,
    ...(systemPrompt.trim() !== "" && { systemPrompt }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(draft.trim() !== "" && { draft }),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return sharePrefix + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
