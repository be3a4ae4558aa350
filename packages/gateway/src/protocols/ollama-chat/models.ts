import { createHash } from "node:crypto";
import type { ModelConstraints } from "@lyceum/domain";

/** What lists say of a model. */
export type ListedModel = {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly capabilities: readonly string[];
  readonly contextTokens: number | null;
  readonly createdAt: Date;
  readonly constraints: Pick<ModelConstraints, "recommended">;
};

/** The release whose API this face speaks: apps ask for it and refuse to talk to old servers. */
const VERSION = "0.32.15";

/** Our words for what a model can do, and Ollama's. */
const capabilities: ReadonlyMap<string, string> = new Map([
  ["tools", "tools"],
  ["vision", "vision"],
  ["reasoning", "thinking"],
  ["audio", "audio"],
  ["embedding", "embedding"],
]);

/** GET /api/tags. What a gateway can't know of a model (its size on a disk, its quantization) is empty, and there: apps stop at a missing field. */
export function encodeTags(models: readonly ListedModel[]): object {
  return { models: models.map(encodeTag) };
}

function encodeTag(model: ListedModel): object {
  return {
    name: model.name,
    model: model.name,
    modified_at: model.createdAt.toISOString(),
    size: 0,
    // Names this entry, as a file's would name the file.
    digest: createHash("sha256").update(model.id).digest("hex"),
    details: detailsOf(model),
    capabilities: capabilitiesOf(model),
  };
}

/** POST /api/show. */
export function encodeShow(model: ListedModel): object {
  // In an order of ours: jsonb keeps none.
  const parameters = Object.entries(model.constraints.recommended).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const architecture = familyOf(model);
  const context = model.contextTokens;
  return {
    license: "",
    modelfile: [`FROM ${model.name}`, ...parameters.map(([name, value]) => `PARAMETER ${name} ${value}`)].join("\n"),
    parameters: parameters.map(([name, value]) => `${name.padEnd(30)} ${value}`).join("\n"),
    template: "{{ .Prompt }}",
    system: "",
    details: detailsOf(model),
    model_info: {
      "general.architecture": architecture,
      "general.basename": model.name,
      ...(context !== null && { [`${architecture}.context_length`]: context }),
    },
    capabilities: capabilitiesOf(model),
    modified_at: model.createdAt.toISOString(),
  };
}

/** GET /api/ps: what is loaded into this server's own memory, which is nothing. */
export function encodeRunning(): object {
  return { models: [] };
}

/** GET /api/version. */
export function encodeVersion(): object {
  return { version: VERSION };
}

function detailsOf(model: ListedModel): object {
  const family = familyOf(model);
  return {
    parent_model: "",
    format: "",
    family,
    families: [family],
    parameter_size: "",
    quantization_level: "",
    ...(model.contextTokens !== null && { context_length: model.contextTokens }),
  };
}

/** The vendor's name as a word; apps build names of fields from it. */
function familyOf({ vendor }: ListedModel): string {
  const word = vendor.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  return word.replace(/^-|-$/g, "") || "lyceum";
}

function capabilitiesOf(model: ListedModel): string[] {
  const known = model.capabilities.flatMap((each) => capabilities.get(each) ?? []);
  return known.includes("embedding") ? known : ["completion", ...known];
}
