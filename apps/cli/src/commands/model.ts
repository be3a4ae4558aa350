import { commandLine, getModelByName, removeModel, restoreModel } from "@lyceum/db";
import type { Command } from "../command.ts";

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
