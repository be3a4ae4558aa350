import { commandLine, getModelByName, removeModel, restoreModel, setPrice } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import type { Command } from "../command.ts";

const amount = (help: string) => ({ value: "AMOUNT", help }) as const;

export const modelPrice: Command = {
  name: "model price",
  summary: "Set a model's price per million tokens, for what is asked from now on.",
  positionals: ["NAME"],
  options: {
    input: { ...amount("input tokens"), required: true },
    output: { ...amount("output tokens"), required: true },
    cached: amount("input read from a cache; as input if left out"),
    "cache-write": amount("input written to a cache; as input if left out"),
    reasoning: amount("reasoning tokens; as output if left out"),
    image: amount("image tokens; as input if left out"),
    audio: amount("audio tokens; as input if left out"),
    request: amount("for each request, beside the tokens; nothing if left out"),
  },
  changesConfig: true,
  async run(values, { db }) {
    const model = await getModelByName(db, values.text("NAME"));
    const input = {
      modelId: model.id,
      input: values.text("input"),
      output: values.text("output"),
      cachedInput: values.optional("cached"),
      cacheWrite: values.optional("cache-write"),
      reasoning: values.optional("reasoning"),
      image: values.optional("image"),
      audio: values.optional("audio"),
      request: values.optional("request"),
    };
    const price = await db.$transaction((tx) => setPrice(tx, commandLine, input));
    const [inputPrice, outputPrice] = [formatAmount(price.inputNanos), formatAmount(price.outputNanos)];
    return {
      lines: [
        `${model.name} costs ${inputPrice} for a million input tokens and ${outputPrice} for output (version ${price.version}).`,
      ],
      json: { model: model.name, version: price.version, input: inputPrice, output: outputPrice },
    };
  },
};

export const modelRemove: Command = {
  name: "model remove",
  summary: "Take a model out of every list at once.",
  positionals: ["NAME"],
  options: { reason: { value: "TEXT", help: "why; people who ask for it are told" } },
  changesConfig: true,
  async run(values, { db }) {
    const model = await getModelByName(db, values.text("NAME"));
    await db.$transaction((tx) =>
      removeModel(tx, commandLine, { modelId: model.id, reason: values.optional("reason") ?? "" }),
    );
    return { lines: [`${model.name} is removed.`], json: { model: model.name, removed: true } };
  },
};

export const modelRestore: Command = {
  name: "model restore",
  summary: "Bring a removed model back, as it was.",
  positionals: ["NAME"],
  options: {},
  changesConfig: true,
  async run(values, { db }) {
    const model = await getModelByName(db, values.text("NAME"));
    await db.$transaction((tx) => restoreModel(tx, commandLine, { modelId: model.id }));
    return { lines: [`${model.name} is back.`], json: { model: model.name, removed: false } };
  },
};
