import { describe, expect, it } from "vitest";
import type { UpstreamCall } from "../canonical/call.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { anthropic } from "../providers/anthropic.ts";
import { gemini } from "../providers/gemini.ts";
import { ollama } from "../providers/ollama.ts";
import { openai } from "../providers/openai.ts";
import { openaiResponses } from "../providers/openai-responses.ts";
import { occasion, target } from "../testing/target.ts";
import { chatFace } from "./prepare-call.ts";

const nulls = (names: string) => Object.fromEntries(names.split(" ").map((name) => [name, null]));
const sampling = "temperature top_p top_k";
const messages = [{ role: "user", content: "hi" }];
const contents = [{ role: "user", parts: [{ text: "hi" }] }];
const config =
  "temperature topP topK maxOutputTokens stopSequences candidateCount responseMimeType responseSchema responseJsonSchema thinkingConfig seed presencePenalty frequencyPenalty responseLogprobs logprobs responseModalities speechConfig unheardOf";

/** What a client says, and the same with every optional field there and null. */
const asked = {
  "openai-chat": [
    { model: "m", messages },
    {
      model: "m",
      messages: [{ ...messages[0], ...nulls("name unheardOf") }],
      ...nulls(
        `${sampling} stream stream_options max_tokens max_completion_tokens n min_p frequency_penalty presence_penalty seed stop logprobs top_logprobs tools functions tool_choice function_call parallel_tool_calls response_format reasoning_effort reasoning thinking modalities user metadata store logit_bias service_tier verbosity audio prediction web_search_options unheardOf`,
      ),
    },
  ],
  "openai-responses": [
    { model: "m", input: "hi" },
    {
      model: "m",
      input: "hi",
      ...nulls(
        "stream instructions max_output_tokens temperature top_p tools tool_choice parallel_tool_calls text reasoning store metadata previous_response_id include truncation user service_tier background conversation max_tool_calls prompt top_logprobs safety_identifier prompt_cache_key unheardOf",
      ),
    },
  ],
  "anthropic-messages": [
    { model: "m", messages },
    {
      model: "m",
      messages,
      ...nulls(
        `${sampling} max_tokens stream system stop_sequences tools tool_choice thinking metadata service_tier container context_management mcp_servers output_config output_format unheardOf`,
      ),
    },
  ],
  "gemini-generate": [
    { contents },
    {
      contents: [{ role: "user", parts: [{ text: "hi", ...nulls("thought thoughtSignature inlineData unheardOf") }] }],
      generationConfig: nulls(config),
      ...nulls("systemInstruction tools toolConfig safetySettings cachedContent serviceTier unheardOf"),
    },
  ],
  "ollama-chat": [
    { model: "m", messages },
    {
      model: "m",
      messages: [{ ...messages[0], ...nulls("images tool_calls thinking tool_name unheardOf") }],
      options: nulls(`${sampling} num_predict stop seed num_ctx unheardOf`),
      ...nulls("stream format keep_alive think tools logprobs top_logprobs unheardOf"),
    },
  ],
} as const;

describe("null", () => {
  const providers = [openai, openaiResponses, anthropic, gemini, ollama];
  const faces = Object.entries(asked) as [keyof typeof asked, (typeof asked)[keyof typeof asked]][];

  it.each(faces)("says nothing in %s to upstreams of another protocol", async (face, [plain, withNulls]) => {
    for (const provider of providers) {
      if (provider.protocol === face) continue;
      const sent = async (body: object): Promise<UpstreamCall> => {
        const route = { captures: ["m", "generateContent"], query: new URLSearchParams(), headers: {} };
        const call = chatFace(protocolOf(face)).decodeCall(Buffer.from(JSON.stringify(body)), route);
        return call.prepare(target({ provider }), occasion());
      };
      const told = await sent(withNulls);
      expect(told.body.toString()).toBe((await sent(plain)).body.toString());
      expect([told.dropped, told.clamped]).toEqual([[], []]);
    }
  });

  it.each(faces)("passes as written from %s to upstreams of the same", async (face, [, withNulls]) => {
    const provider = providers.find((each) => each.protocol === face);
    const body = JSON.stringify({ ...withNulls, store: face === "openai-responses" ? false : null });
    const route = { captures: ["m", "generateContent"], query: new URLSearchParams(), headers: {} };
    const call = chatFace(protocolOf(face)).decodeCall(Buffer.from(body), route);
    const { body: sent } = await call.prepare(target(provider && { provider }), occasion());
    const { max_tokens, metadata, ...given } = JSON.parse(body);
    // Anthropic insists on a limit; what is stored with responses is ours.
    expect(JSON.parse(sent.toString())).toMatchObject(given);
  });
});
