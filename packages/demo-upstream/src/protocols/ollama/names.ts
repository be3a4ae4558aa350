import { demoModels } from "../../scripts/catalogue.ts";

const usualTag = ":latest";

/** A name without its tag if that is the usual one, as Ollama finds a model under both. */
export function untagged(name: string): string {
  return name.endsWith(usualTag) ? name.slice(0, -usualTag.length) : name;
}

/** A model as the lists show it. */
export function describeModel(name: string) {
  return {
    name: `${name}${usualTag}`,
    model: `${name}${usualTag}`,
    modified_at: "1970-01-01T00:00:00Z",
    size: 1_000_000,
    digest: Buffer.from(name).toString("hex").padEnd(64, "0").slice(0, 64),
    details: modelDetails,
  };
}

export const modelDetails = {
  parent_model: "",
  format: "gguf",
  family: "demo",
  families: ["demo"],
  parameter_size: "1M",
  quantization_level: "F16",
};

/** Every model, as `/api/tags` lists it. */
export const describedModels = demoModels.map(({ name }) => describeModel(name));
