import {
  getModelByName,
  getSettings,
  pauseModel,
  removeModel,
  restoreModel,
  resumeModel,
  retireModel,
} from "@lyceum/db";
import type { Command } from "../command.ts";
import { parseBeginning } from "../moment.ts";

export const modelPause: Command = {
  name: "model pause",
  summary: "Take a model out of every list until somebody resumes it; the machine never does.",
  needs: "admin",
  positionals: ["NAME"],
  options: { reason: { value: "TEXT", help: "why; people see it on the models page" } },
  changesConfig: true,
  async run(values, { db, actor }) {
    const model = await getModelByName(db, values.text("NAME"));
    const reason = values.optional("reason") ?? "";
    await db.$transaction((tx) => pauseModel(tx, actor, { modelId: model.id, reason }));
    return { lines: [`${model.name} is paused.`], json: { model: model.name, paused: true } };
  },
};

export const modelResume: Command = {
  name: "model resume",
  summary: "Bring a paused model back.",
  needs: "admin",
  positionals: ["NAME"],
  options: {},
  changesConfig: true,
  async run(values, { db, actor }) {
    const model = await getModelByName(db, values.text("NAME"));
    await db.$transaction((tx) => resumeModel(tx, actor, { modelId: model.id }));
    return { lines: [`${model.name} is no longer paused.`], json: { model: model.name, paused: false } };
  },
};

export const modelRetire: Command = {
  name: "model retire",
  summary: "Say when a model goes, and which one answers its calls from then on; `model restore` takes it back.",
  needs: "admin",
  positionals: ["NAME"],
  options: {
    at: { value: "TIME", help: "when: a date (its beginning) or a full time; at once if left out" },
    redirect: { value: "MODEL", help: "the model that answers in its stead; none if left out" },
    reason: { value: "TEXT", help: "why; people who ask for it are told" },
  },
  changesConfig: true,
  async run(values, { db, actor }) {
    const model = await getModelByName(db, values.text("NAME"));
    const { timeZone } = await getSettings(db);
    const at = parseBeginning(values.optional("at"), timeZone);
    const named = values.optional("redirect");
    const redirect = named === undefined ? null : await getModelByName(db, named);
    const reason = values.optional("reason") ?? "";
    const input = { modelId: model.id, at, redirectId: redirect?.id ?? null, reason };
    await db.$transaction((tx) => retireModel(tx, actor, input));
    const after = await getModelByName(db, model.name);
    const when = after.retiresAt === null ? "is retired" : `retires at ${after.retiresAt.toISOString()}`;
    return {
      lines: [`${model.name} ${when}${redirect === null ? "" : `; its calls then go to ${redirect.name}`}.`],
      json: { model: model.name, retiresAt: after.retiresAt?.toISOString() ?? null, redirect: redirect?.name ?? null },
    };
  },
};

export const modelRemove: Command = {
  name: "model remove",
  summary: "Take a model out of every list at once.",
  needs: "admin",
  positionals: ["NAME"],
  options: { reason: { value: "TEXT", help: "why; people who ask for it are told" } },
  changesConfig: true,
  async run(values, { db, actor }) {
    const model = await getModelByName(db, values.text("NAME"));
    await db.$transaction((tx) =>
      removeModel(tx, actor, { modelId: model.id, reason: values.optional("reason") ?? "" }),
    );
    return { lines: [`${model.name} is removed.`], json: { model: model.name, removed: true } };
  },
};

export const modelRestore: Command = {
  name: "model restore",
  summary: "Bring a removed model back, as it was, or take back its retirement.",
  needs: "admin",
  positionals: ["NAME"],
  options: {},
  changesConfig: true,
  async run(values, { db, actor }) {
    const model = await getModelByName(db, values.text("NAME"));
    await db.$transaction((tx) => restoreModel(tx, actor, { modelId: model.id }));
    return { lines: [`${model.name} is back.`], json: { model: model.name, removed: false } };
  },
};
