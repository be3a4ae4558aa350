import type { ReasoningPart } from "../../canonical/canonical-request.ts";
import { decodeSignature, encodeSignature } from "../../canonical/signature.ts";

/** A thought with its proof, as OpenRouter writes it (openrouter.ai/docs, "Preserving reasoning"); chat itself has no field for the proof. */
export type ReasoningDetail = {
  readonly type: string;
  readonly text?: string | null;
  readonly summary?: string | null;
  readonly data?: string | null;
  readonly signature?: string | null;
};

/** The thoughts of a message, one for each entry. */
export function decodeDetails(details: readonly ReasoningDetail[]): ReasoningPart[] {
  return details.flatMap((detail): ReasoningPart[] => {
    if (detail.type === "reasoning.encrypted") {
      if (!detail.data) return [];
      return [
        { type: "reasoning", text: "", signature: decodeSignature(detail.data, "openai-chat"), isRedacted: true },
      ];
    }
    const text = detail.text ?? detail.summary ?? "";
    const signature = detail.signature ? decodeSignature(detail.signature, "openai-chat") : null;
    return text === "" && signature === null ? [] : [{ type: "reasoning", text, signature }];
  });
}

/** A thought that has a proof; null for one without, whose text is all there is to it. */
export function encodeDetail({ text, signature, isRedacted }: Omit<ReasoningPart, "type">, index: number) {
  if (signature === null) return null;
  const proof = encodeSignature(signature, "openai-chat");
  if (isRedacted === true) return { type: "reasoning.encrypted", data: proof, index } as const;
  return { type: "reasoning.text", text, signature: proof, index } as const;
}
