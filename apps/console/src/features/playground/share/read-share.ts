import { z } from "zod";
import { parametersSchema } from "../parameters.ts";
import { playgroundLimits } from "../routes.ts";
import { type Shared, sharePrefix } from "./share-link.ts";

// Loaded only where a link is opened: a browser takes zod for nothing else here.

const withoutNul = (value: string) => value.replaceAll("\0", "");

const sharedSchema = z.strictObject({
  v: z.literal(1),
  models: z.array(z.string().min(1).max(200)).min(1).max(playgroundLimits.comparedModels),
  systemPrompt: z.string().max(playgroundLimits.systemPromptLength).overwrite(withoutNul).default(""),
  parameters: parametersSchema.default({}),
  draft: z.string().max(playgroundLimits.textLength).overwrite(withoutNul).default(""),
});

/** More than any link of ours. */
const longestRead = 500_000;

/** What a fragment holds; null: it is no link of ours, or not whole. */
export function readShare(fragment: string): Shared | null {
  if (!fragment.startsWith(sharePrefix) || fragment.length > longestRead) return null;
  try {
    const text = fragment.slice(sharePrefix.length).replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const parsed = sharedSchema.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
    if (!parsed.success) return null;
    const { v: _, ...shared } = parsed.data;
    return { ...shared, models: [...new Set(shared.models)] };
  } catch {
    // No base64, no UTF-8 or no JSON: cut on its way, or made by hand.
    return null;
  }
}
