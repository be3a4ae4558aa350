import type { GatewayConfig, GroupConfig, ModelConfig } from "@lyceum/db/gateway-config";
import { AppError, type ErrorParameters, type Price } from "@lyceum/domain";
import { findModel } from "./find-model.ts";
import type { Caller } from "./key-cache.ts";
import { nearestName } from "./nearest-name.ts";

/** A model that this caller may use, at the terms fixed at admission. `price` null: unpriced, and recorded at 0. */
export type Choice = {
  readonly model: ModelConfig;
  readonly price: Price | null;
  readonly multiplierPpm: number;
};

/** Throws model_not_found, model_removed, model_not_allowed, model_unpriced, or upstream_unavailable where no channel serves it. */
export function chooseModel(name: string, caller: Caller, config: GatewayConfig): Choice {
  const model = findModel(name, config.models);
  const group = config.groups.get(caller.groupId);
  if (group === undefined) throw new AppError("group_not_found", { parameters: { group: caller.groupId } });
  if (model === undefined) throw new AppError("model_not_found", { parameters: hinted(name, caller, config) });
  if (model.isRemoved) throw new AppError("model_removed", { parameters: hinted(name, caller, config) });
  if (!isAllowed(model, caller)) throw notAllowed(model, caller, config);
  if (model.price === null && !(config.settings.allowUnpriced && caller.acceptsUnpriced)) {
    const hint = config.settings.allowUnpriced
      ? {
          hint_zh: "可以在余额页允许自己的密钥使用它。",
          hint_en: "The balance page lets you open such models to your keys.",
        }
      : { hint_zh: "请联系管理员定价。", hint_en: "Ask an administrator to set one." };
    throw new AppError("model_unpriced", { parameters: { model: name, ...hint } });
  }
  if (model.deployments.length === 0) throw new AppError("upstream_unavailable", { parameters: { model: name } });
  return { model, price: model.price, multiplierPpm: group.multiplierPpm };
}

/** The models that a caller sees in lists: those a call would be tried with. */
export function listModels(caller: Caller, config: GatewayConfig): ModelConfig[] {
  const acceptsUnpriced = config.settings.allowUnpriced && caller.acceptsUnpriced;
  return [...config.models.values()].filter(
    (model) =>
      !model.isRemoved &&
      isAllowed(model, caller) &&
      model.deployments.length > 0 &&
      (model.price !== null || acceptsUnpriced),
  );
}

function isAllowed(model: ModelConfig, caller: Caller): boolean {
  return model.groupIds.has(caller.groupId) && (caller.models.length === 0 || caller.models.includes(model.name));
}

function hinted(name: string, caller: Caller, config: GatewayConfig): ErrorParameters {
  const names = listModels(caller, config).map((model) => model.name);
  const nearest = nearestName(name, names);
  const model = name.slice(0, 200);
  if (nearest === null)
    return {
      model,
      param: "model",
      hint_zh: "可用模型见 GET /v1/models。",
      hint_en: "GET /v1/models lists those you may use.",
    };
  return { model, param: "model", hint_zh: `最接近的是 ${nearest}。`, hint_en: `The nearest one is ${nearest}.` };
}

function notAllowed(model: ModelConfig, caller: Caller, config: GatewayConfig): AppError {
  const groups = [...model.groupIds]
    .map((id) => config.groups.get(id))
    .filter((group): group is GroupConfig => group !== undefined);
  const names = groups.map((group) => group.name);
  const parameters = { model: model.name, param: "model" };
  if (model.groupIds.has(caller.groupId)) {
    return new AppError("model_not_allowed", {
      parameters: {
        ...parameters,
        hint_zh: "密钥只限于部分模型，请在密钥页更改。",
        hint_en: "The key is limited to some models; change that on the keys page.",
      },
    });
  }
  const hint =
    names.length === 0
      ? { hint_zh: "它还没有开放给任何组。", hint_en: "It is open to no group yet." }
      : { hint_zh: `可以使用它的组：${names.join("、")}。`, hint_en: `Groups that may use it: ${names.join(", ")}.` };
  return new AppError("model_not_allowed", { parameters: { ...parameters, ...hint } });
}
