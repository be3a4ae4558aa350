import type { Signature } from "../../canonical/signature.ts";

// Google's endpoint for OpenAI clients signs calls in a field of its own (ai.google.dev/gemini-api/docs/thought-signatures).

/** The signature beside a call, or null. */
export function callSignature(call: { readonly extra_content?: unknown }): Signature | null {
  const value = member(member(call.extra_content, "google"), "thought_signature");
  return typeof value === "string" && value !== "" ? { protocol: "openai-chat", value } : null;
}

/** The same on the way back to that vendor; nothing for any other's. */
export function signedCall(signature: Signature | null | undefined): object {
  if (signature?.protocol !== "openai-chat") return {};
  return { extra_content: { google: { thought_signature: signature.value } } };
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
