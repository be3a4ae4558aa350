import { type AskPart, type ContractFace, type Seen, type Turn, Unsayable } from "../ask.ts";
import { must, record, records, sseData, text } from "./reading.ts";

type Wire = Record<string, unknown>;
const BUDGETS = { low: 1_024, medium: 4_096, high: 16_384 };

/** Gemini generateContent, as google-genai sends and reads it (streams with alt=sse). */
export const geminiGenerateFace: ContractFace = {
  id: "gemini-generate",
  title: "Gemini",
  request(ask) {
    if (ask.user) throw new Unsayable("no user");
    if (ask.parallel === false) throw new Unsayable("no limit to one call");
    const config: Wire = {};
    if (ask.schema) Object.assign(config, { responseMimeType: "application/json", responseJsonSchema: ask.schema });
    if (ask.stop) config.stopSequences = ask.stop;
    if (ask.temperature !== undefined) config.temperature = ask.temperature;
    if (ask.topP !== undefined) config.topP = ask.topP;
    if (ask.topK !== undefined) config.topK = ask.topK;
    if (ask.seed !== undefined) config.seed = ask.seed;
    if (ask.limit !== undefined) config.maxOutputTokens = ask.limit;
    if (ask.n !== undefined) config.candidateCount = ask.n;
    if (ask.effort) config.thinkingConfig = { thinkingBudget: BUDGETS[ask.effort], includeThoughts: true };
    if (ask.logprobs !== undefined) Object.assign(config, { responseLogprobs: true, logprobs: ask.logprobs });
    if (ask.unknown) config[ask.unknown[0]] = ask.unknown[1];
    const body: Wire = { contents: ask.turns.map(content), generationConfig: config };
    if (ask.system) body.systemInstruction = { parts: ask.system.map((each) => ({ text: each })) };
    if (ask.tools)
      body.tools = [
        {
          functionDeclarations: ask.tools.map(({ name, description, parameters }) => ({
            name,
            description,
            parametersJsonSchema: parameters,
          })),
        },
      ];
    if (ask.toolChoice !== undefined) {
      const modes = { auto: "AUTO", none: "NONE", required: "ANY" } as const;
      body.toolConfig = {
        functionCallingConfig:
          typeof ask.toolChoice === "string"
            ? { mode: modes[ask.toolChoice] }
            : { mode: "ANY", allowedFunctionNames: [ask.toolChoice.name] },
      };
    }
    const verb = ask.stream ? "streamGenerateContent?alt=sse" : "generateContent";
    return { path: `/v1beta/models/${ask.model}:${verb}`, headers: {}, body };
  },
  readWhole: (body) => seen([record(body)]),
  readStream: (stream, isTranslated) => seen(sseData(stream, isTranslated).map((each) => record(JSON.parse(each)))),
  readError(body) {
    const error = record(record(body).error);
    must(typeof error.code === "number" && typeof error.status === "string", "error.code and status");
    return text(error.message);
  },
};

function seen(chunks: readonly Wire[]): Seen {
  const parts: Wire[] = [];
  const indices = new Set<unknown>();
  let finish = "";
  let usage: Wire | null = null;
  let isBlocked = false;
  for (const chunk of chunks) {
    if (chunk.usageMetadata) usage = record(chunk.usageMetadata);
    if (chunk.promptFeedback) isBlocked = record(chunk.promptFeedback).blockReason !== undefined;
    for (const candidate of chunk.candidates === undefined ? [] : records(chunk.candidates)) {
      indices.add(candidate.index ?? 0);
      if ((candidate.index ?? 0) !== 0) continue;
      must(finish === "", "nothing after the finish reason");
      const given = candidate.content === undefined ? {} : record(candidate.content);
      if (given.parts !== undefined) parts.push(...records(given.parts));
      if (candidate.finishReason) finish = text(candidate.finishReason);
    }
  }
  const calls = parts.filter((each) => each.functionCall !== undefined).map((each) => record(each.functionCall));
  const join = (isThought: boolean) =>
    parts
      .filter((each) => (each.thought === true) === isThought)
      .map((each) => text(each.text))
      .join("");
  return {
    text: join(false),
    reasoning: join(true),
    calls: calls.map((call) => ({ id: text(call.id), name: text(call.name), args: JSON.stringify(record(call.args)) })),
    finish: isBlocked && finish === "" ? "content-filter" : finished(finish, calls.length > 0),
    usage:
      usage === null
        ? null
        : {
            input: Number(usage.promptTokenCount ?? 0),
            output: Number(usage.candidatesTokenCount ?? 0) + Number(usage.thoughtsTokenCount ?? 0),
            cached: Number(usage.cachedContentTokenCount ?? 0),
          },
    choices: Math.max(indices.size, isBlocked ? 1 : 0),
    reply: { role: "model", parts: joinedTexts(parts) },
  };
}

/** Clients that keep a chat join the texts of its chunks. */
function joinedTexts(parts: readonly Wire[]): Wire[] {
  const result: Wire[] = [];
  for (const each of parts) {
    const last = result.at(-1);
    const isText = (part: Wire | undefined) =>
      part !== undefined && typeof part.text === "string" && !part.thoughtSignature;
    if (isText(last) && typeof each.text === "string" && last?.thought === each.thought) {
      Object.assign(last ?? {}, each, { text: `${text(last?.text)}${each.text}` });
    } else result.push({ ...each });
  }
  return result;
}

function finished(reason: string, hasCalls: boolean): Seen["finish"] {
  if (reason === "STOP") return hasCalls ? "tool-calls" : "stop";
  if (reason === "MAX_TOKENS") return "length";
  must(["SAFETY", "RECITATION", "BLOCKLIST", "SPII", "PROHIBITED_CONTENT"].includes(reason), `finishReason ${reason}`);
  return "content-filter";
}

function content(turn: Turn): object {
  switch (turn.role) {
    case "user":
      return { role: "user", parts: turn.parts.map(part) };
    case "system":
      throw new Unsayable("system text stands outside the conversation");
    case "echo":
      return turn.reply as object;
    case "assistant":
      return {
        role: "model",
        parts: [
          ...(turn.text === "" ? [] : [{ text: turn.text }]),
          ...(turn.calls ?? []).map(({ id, name, args }) => ({ functionCall: { id, name, args } })),
        ],
      };
    case "tool":
      return {
        role: "user",
        parts: turn.results.map(({ id, name, text: said, isError, image }) => {
          if (image !== undefined) throw new Unsayable("images in results have no common way");
          return { functionResponse: { id, name, response: isError ? { error: said } : { output: said } } };
        }),
      };
    default:
      return turn satisfies never;
  }
}

function part(each: AskPart): object {
  switch (each.type) {
    case "text":
      if (each.isCached) throw new Unsayable("no cache marks");
      return { text: each.text };
    case "image":
      return { inlineData: { mimeType: each.mediaType, data: each.data } };
    case "image-url":
      return { fileData: { fileUri: each.url, mimeType: "image/png" } };
    case "pdf":
      return { inlineData: { mimeType: "application/pdf", data: each.data } };
    case "audio":
      return { inlineData: { mimeType: "audio/wav", data: each.data } };
    default:
      return each satisfies never;
  }
}
