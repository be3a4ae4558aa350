import { z } from "zod";
import { type ChannelOverrides, channelOverridesSchema, noOverrides } from "./channel-overrides.ts";
import { type ImportSource, importKind } from "./import-channel-types.ts";
import type { ProviderId } from "./providers.ts";

export const importNotes = [
  /** Headers or fields that were set over there and can't be here. */
  "headers-left",
  "fields-left",
  /** Models whose names nobody could ask for here, or more than a channel should have. */
  "models-left",
  /** Credentials that can't be sent in a header, or more than a channel can have. */
  "keys-left",
  /** A status is turned into another over there: here what an upstream says decides. */
  "statuses-left",
  /** Its mapping of models can't be read. */
  "mapping-left",
  "ranking-changed",
  "off",
] as const;
export type ImportNote = (typeof importNotes)[number];

/** Why a row can't be imported. */
export type ImportProblem = "unreadable" | "unknown-type" | "no-address";

export type ImportedCredential = { readonly secret: string; readonly isEnabled: boolean };
export type ImportedModel = { readonly name: string; readonly upstreamModel: string };

/** A channel of another gateway's list, as it would be here. `at`: its place in the list, from 0. */
export type ImportedChannel = {
  readonly at: number;
  /** Different for each of a list, and the same at the next reading of it. */
  readonly name: string;
  readonly type: number;
  /** What the vendor is called; "" where the type isn't known. */
  readonly typeName: string;
  readonly provider: ProviderId;
  readonly baseUrl: string;
  /** Secret. Empty where the list holds none. */
  readonly credentials: readonly ImportedCredential[];
  readonly models: readonly ImportedModel[];
  readonly groups: readonly string[];
  readonly priority: number;
  readonly weight: number;
  readonly isEnabled: boolean;
  readonly overrides: ChannelOverrides;
  readonly notes: readonly ImportNote[];
  readonly problem: ImportProblem | null;
};

export type ChannelImport = { readonly source: ImportSource; readonly channels: readonly ImportedChannel[] };

const MOST_CHANNELS = 2_000;
/** Of one channel. */
const MOST_MODELS = 2_000;
const MOST_CREDENTIALS = 500;
const anything = z.unknown().optional();
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const whole = z.coerce.number().int().catch(0);
/** As their API tells it and their tables hold it; what else is in it doesn't matter. */
const rowSchema = z.looseObject({
  type: z.coerce.number().int(),
  key: text,
  name: text,
  status: z.coerce.number().int().catch(1),
  weight: whole,
  priority: whole,
  base_url: text,
  models: text,
  group: text,
  model_mapping: text,
  status_code_mapping: text,
  header_override: text,
  param_override: text,
  channel_info: anything,
});
type Row = z.infer<typeof rowSchema>;

/** Members that only rows of one of the two have. */
const marks: readonly [string, ImportSource][] = [
  ["channel_info", "new-api"],
  ["auto_ban", "new-api"],
  ["status_code_mapping", "new-api"],
  ["param_override", "new-api"],
  ["header_override", "new-api"],
  ["setting", "new-api"],
  ["config", "one-api"],
  ["system_prompt", "one-api"],
];

/**
 * Reads another gateway's list of channels: its API's answer (`data`, or `data.items`), or the bare list. What is wrong with a row is said of
 * that row. Null: the text is no such list. `source`: whose list it is; found out by its members where that isn't said.
 */
export function readChannelImport(json: string, source?: ImportSource): ChannelImport | null {
  const rows = listIn(parsed(json));
  if (rows === null || rows.length === 0 || rows.length > MOST_CHANNELS) return null;
  const from = source ?? sourceOf(rows);
  const taken = new Set<string>();
  return { source: from, channels: rows.map((row, at) => channelOf(row, at, from, taken)) };
}

/** A list lies at most so deep: `data`, `items`. What is wrapped deeper is somebody's joke at the cost of our stack. */
const MOST_WRAPPINGS = 2;

function listIn(value: unknown, wrappings = 0): unknown[] | null {
  if (Array.isArray(value)) return value;
  const outer = z.looseObject({ data: anything, items: anything, channels: anything }).safeParse(value).data;
  if (outer === undefined || wrappings === MOST_WRAPPINGS) return null;
  return listIn(outer.data ?? outer.items ?? outer.channels, wrappings + 1);
}

function sourceOf(rows: readonly unknown[]): ImportSource {
  const [first] = rows;
  const has = (name: string) => typeof first === "object" && first !== null && name in first;
  return marks.find(([name]) => has(name))?.[1] ?? "one-api";
}

function channelOf(raw: unknown, at: number, source: ImportSource, taken: Set<string>): ImportedChannel {
  const row = rowSchema.safeParse(raw).data;
  const name = freeName(
    plain(row?.name ?? "")
      .trim()
      .slice(0, 60) || `channel ${at + 1}`,
    taken,
  );
  const none = { at, name, type: row?.type ?? 0, typeName: "", provider: "openai", baseUrl: "", ...nothing } as const;
  if (row === undefined) return { ...none, problem: "unreadable" };
  const kind = importKind(source, row.type);
  if (kind === null) return { ...none, problem: "unknown-type" };
  const typed = plain(row.base_url).trim().replace(/\/+$/, "");
  const baseUrl = addressOf(typed || kind.address, kind.suffix);
  const notes = new Set<ImportNote>();
  const { models, ...ranking } = { models: modelsOf(row, notes), ...rankingOf(row, notes) };
  const overrides = overridesOf(row, notes);
  const credentials = credentialsOf(row, notes);
  if (row.status_code_mapping.trim().length > 2) notes.add("statuses-left");
  if (row.status !== 1) notes.add("off");
  return {
    ...none,
    typeName: kind.name,
    provider: kind.provider,
    baseUrl,
    credentials,
    models,
    groups: listOf(row.group),
    ...ranking,
    isEnabled: row.status === 1,
    overrides,
    notes: [...notes],
    problem: baseUrl === "" ? "no-address" : null,
  };
}

const nothing = {
  credentials: [],
  models: [],
  groups: [],
  priority: 0,
  weight: 1,
  isEnabled: false,
  overrides: noOverrides,
  notes: [],
} as const;

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted} ${count}`;
  taken.add(name);
  return name;
}

/** Over there calls go to the base address and a path that each type has; what was written out up to there is not said twice. */
function addressOf(base: string, suffix: string): string {
  if (base === "") return "";
  const plain = base.replace(/\/(?:chat\/completions|messages)$/, "");
  return plain !== base || /\/v\d+(?:beta)?$/.test(plain) || plain.endsWith(suffix) ? plain : plain + suffix;
}

function credentialsOf({ key, channel_info }: Row, notes: Set<ImportNote>): ImportedCredential[] {
  const info = z
    .looseObject({ multi_key_status_list: z.record(z.string(), z.number()).nullish() })
    .safeParse(channel_info);
  const states = info.data?.multi_key_status_list ?? {};
  const secrets = key.split("\n").map((each) => each.trim());
  const filled = secrets.flatMap((secret, at) =>
    secret === "" ? [] : [{ secret, isEnabled: (states[at] ?? 1) === 1 }],
  );
  const usable = filled.filter(({ secret }) => /^[\x21-\x7e]{1,4096}$/.test(secret)).slice(0, MOST_CREDENTIALS);
  if (usable.length < filled.length) notes.add("keys-left");
  return usable;
}

function modelsOf(row: Row, notes: Set<ImportNote>): ImportedModel[] {
  const mapping = stringsIn(row.model_mapping);
  if (mapping === null) notes.add("mapping-left");
  const names = [...new Set(listOf(row.models))];
  // A model may be called "constructor": only what the mapping itself holds is a name over there.
  const upstreamOf = (name: string) => (mapping && Object.hasOwn(mapping, name) && mapping[name]?.trim()) || name;
  const usable = names
    .filter((name) => /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$/.test(name))
    .map((name) => ({ name, upstreamModel: upstreamOf(name) }))
    .filter(({ upstreamModel }) => upstreamModel.length <= 256 && !/\p{Cc}/u.test(upstreamModel))
    .slice(0, MOST_MODELS);
  if (usable.length < names.length) notes.add("models-left");
  return usable;
}

function rankingOf(row: Row, notes: Set<ImportNote>) {
  const priority = Math.min(1000, Math.max(-1000, row.priority));
  const weight = Math.min(1000, Math.max(1, row.weight));
  if (priority !== row.priority || weight < row.weight) notes.add("ranking-changed");
  return { priority, weight };
}

/** Each that is allowed here; the others are noted. */
function overridesOf(row: Row, notes: Set<ImportNote>): ChannelOverrides {
  const headers = Object.entries(stringsIn(row.header_override) ?? {}).map(([name, value]) => ({ name, value }));
  const fields = z.record(z.string(), z.unknown()).safeParse(parsed(row.param_override || "{}")).data;
  const body = Object.entries(fields ?? {}).map(([path, value]) => ({ path, value }));
  const isFilled = (written: string) => written.trim().length > 2;
  let kept = noOverrides;
  const add = (more: unknown, note: ImportNote) => {
    const next = channelOverridesSchema.safeParse(more);
    if (next.success) kept = next.data;
    else notes.add(note);
  };
  for (const header of headers) {
    // A placeholder for the key, which goes by itself here.
    if (/\{\w+\}/.test(header.value)) notes.add("headers-left");
    else add({ ...kept, headers: [...kept.headers, header] }, "headers-left");
  }
  for (const field of body) add({ ...kept, body: [...kept.body, field] }, "fields-left");
  if (headers.length === 0 && isFilled(row.header_override)) notes.add("headers-left");
  // A list of operations is a small language of its own.
  if (body.length === 0 && isFilled(row.param_override)) notes.add("fields-left");
  if (body.some(({ path }) => path === "operations")) {
    notes.add("fields-left");
    kept = { ...kept, body: kept.body.filter(({ path }) => path !== "operations") };
  }
  return kept;
}

/** Without what would move a terminal's cursor, or be no text to a database. */
function plain(written: string): string {
  return written.replace(/\p{Cc}/gu, " ").toWellFormed();
}

function listOf(commas: string): string[] {
  return plain(commas)
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

/** JSON text of an object whose members are texts; {} for an empty text, null for another one. */
function stringsIn(json: string): Record<string, string> | null {
  if (json.trim() === "") return {};
  return z.record(z.string(), z.string()).safeParse(parsed(json)).data ?? null;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
