import type {
  CanonicalRequest,
  Effort,
  OutputFormat,
  ReasoningWish,
  Sampling,
} from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { unknownMembers } from "../../json/wire.ts";
import { optionsSchema, type WireOptions, type WireRequest } from "./wire.ts";

/** The part of `options` that other protocols know; what else there is goes into `unmapped`. */
export function decodeOptions(options: WireOptions, unmapped: string[]): Pick<CanonicalRequest, "sampling" | "stop"> {
  unmapped.push(...unknownMembers(optionsSchema, options, "options"));
  const sampling: Sampling = {
    temperature: options.temperature ?? null,
    topP: options.top_p ?? null,
    topK: options.top_k ?? null,
    minP: options.min_p ?? null,
    frequencyPenalty: options.frequency_penalty ?? null,
    presencePenalty: options.presence_penalty ?? null,
    repetitionPenalty: options.repeat_penalty ?? null,
    seed: options.seed ?? null,
  };
  const stop = options.stop ?? [];
  return { sampling, stop: typeof stop === "string" ? [stop] : stop };
}

/** Undefined where nothing was said: Ollama's defaults and the Modelfile's then hold. */
export function encodeOptions(
  { sampling, stop }: Pick<CanonicalRequest, "sampling" | "stop">,
  outputLimit: number | null,
): object | undefined {
  const options = {
    num_predict: outputLimit ?? undefined,
    temperature: sampling.temperature ?? undefined,
    top_p: sampling.topP ?? undefined,
    top_k: sampling.topK ?? undefined,
    min_p: sampling.minP ?? undefined,
    repeat_penalty: sampling.repetitionPenalty ?? undefined,
    presence_penalty: sampling.presencePenalty ?? undefined,
    frequency_penalty: sampling.frequencyPenalty ?? undefined,
    seed: sampling.seed ?? undefined,
    stop: stop.length === 0 ? undefined : stop,
  };
  return Object.values(options).every((each) => each === undefined) ? undefined : options;
}

/** `think`: on, off, or a level. */
export function decodeThink(think: WireRequest["think"]): ReasoningWish | null {
  if (think === undefined || think === null) return null;
  const isEnabled = think !== false;
  const effort = typeof think === "string" ? think : null;
  return { effort, budgetTokens: null, isEnabled, isAdaptive: false, showsThoughts: isEnabled ? true : null };
}

const levels = {
  none: false,
  minimal: "low",
  low: "low",
  medium: "medium",
  high: "high",
  xhigh: "high",
  max: "max",
} as const satisfies Record<Effort, boolean | string>;

/**
 * Where a model may decide by itself nothing is said: Ollama then lets the models think that can, and refuses `think` for those that
 * can't. A budget can't be said; that there is to be thinking can.
 */
export function encodeThink(reasoning: ReasoningWish | null, notes: Notes): boolean | string | undefined {
  if (reasoning === null) return undefined;
  const { effort, budgetTokens, isEnabled, isAdaptive } = reasoning;
  if (!isEnabled) return false;
  if (budgetTokens !== null) notes.drop("thinking.budget_tokens");
  if (effort === null) return isAdaptive ? undefined : true;
  const level = levels[effort];
  if (effort === "minimal" || effort === "xhigh") notes.clamp("reasoning_effort", String(level));
  return level;
}

/** `format`: "json", or the schema itself. */
export function decodeFormat(format: WireRequest["format"]): OutputFormat | null {
  if (format === undefined || format === null || format === "") return null;
  if (format === "json") return { kind: "json" };
  return { kind: "schema", name: null, description: null, schema: format, isStrict: null };
}

export function encodeFormat(format: OutputFormat | null): unknown {
  if (format === null) return undefined;
  return format.kind === "json" ? "json" : format.schema;
}
