import type { DeploymentConfig, GatewayConfig, GroupConfig, ModelConfig } from "@lyceum/db/gateway-config";
import { AppError, type ErrorParameters, type Price } from "@lyceum/domain";
import type { Need } from "../canonical/call.ts";
import { withAnnounced } from "./announced.ts";
import { findModel } from "./find-model.ts";
import { opensModel, runningCourses } from "./group-access.ts";
import type { Caller } from "./key-cache.ts";
import { nearestName } from "./nearest-name.ts";
import { ableTo, capabilityWords, insteadOf } from "./stand-ins.ts";

/** A model that this caller may use, at the terms fixed at admission. `price` null: unpriced, and recorded at 0. */
export type Choice = {
  readonly model: ModelConfig;
  /** The removed model that was asked for, whose calls go to this one; null: this one was. */
  readonly redirectedFrom: string | null;
  readonly price: Price | null;
  readonly multiplierPpm: number;
};

/** What is known of deployments: see HealthBook. */
export type Standing = {
  isUsable(deployment: DeploymentConfig): boolean;
  isInService(deployment: DeploymentConfig): boolean;
  canDo(deployment: DeploymentConfig, needs: readonly Need[]): boolean;
};

/** Redirects of redirects are followed so far. */
const MOST_REDIRECTS = 3;
/** By hand nobody undoes a pause within seconds; a machine does. */
const PAUSED_RETRY_MS = 60_000;
const LOST_RETRY_MS = 10_000;
const LATER = {
  hint_zh: "请稍后再试，或换一个模型（见 GET /v1/models）。",
  hint_en: "Try again later, or use another model (see GET /v1/models).",
};

/**
 * Throws model_not_found, model_removed, model_not_allowed, model_unpriced, model_paused where nobody serves it now, or model_lacks_capability where
 * no deployment of it can do what is needed.
 */
export function chooseModel(
  name: string,
  caller: Caller,
  config: GatewayConfig,
  standing: Standing,
  needs: readonly Need[] = [],
): Choice {
  const asked = findModel(name, config.models);
  const group = config.groups.get(caller.groupId);
  if (group === undefined) throw new AppError("group_not_found", { parameters: { group: caller.groupId } });
  if (asked === undefined)
    throw new AppError("model_not_found", { parameters: hinted(name, caller, config, standing) });
  const model = asked.isRemoved ? successorOf(asked, caller, config) : asked;
  if (model === null) {
    const instead = insteadOf(asked, listModels(caller, config, standing));
    const parameters = instead === null ? hinted(name, caller, config, standing) : named(asked, instead);
    throw new AppError("model_removed", { parameters: withAnnounced(asked, parameters) });
  }
  if (!isAllowed(model, caller, config)) throw notAllowed(model, caller, config);
  if (model.price === null && !(config.settings.allowUnpriced && caller.acceptsUnpriced)) {
    const hint = config.settings.allowUnpriced
      ? {
          hint_zh: "可以在余额页允许自己的密钥使用它。",
          hint_en: "The balance page lets you open such models to your keys.",
        }
      : { hint_zh: "请联系管理员定价。", hint_en: "Ask an administrator to set one." };
    throw new AppError("model_unpriced", { parameters: { model: name, ...hint } });
  }
  // Of one that is only busy the attempt tells when to come again.
  if (model.isPaused || !model.deployments.some((deployment) => standing.isInService(deployment))) {
    const instead = insteadOf(model, listModels(caller, config, standing));
    throw new AppError("model_paused", {
      parameters: withAnnounced(model, named(model, instead ?? LATER)),
      retryAfterMs: model.isPaused ? PAUSED_RETRY_MS : LOST_RETRY_MS,
    });
  }
  const missing = missingIn(model, needs, standing);
  if (missing.length > 0) {
    const hint = ableTo(needs, model, listModels(caller, config, standing), standing);
    throw new AppError("model_lacks_capability", {
      parameters: { ...named(model, hint), ...capabilityWords(missing) },
    });
  }
  const redirectedFrom = model === asked ? null : asked.name;
  return { model, redirectedFrom, price: model.price, multiplierPpm: group.multiplierPpm };
}

/** The models that a caller sees in lists: those a call would be tried with. */
export function listModels(caller: Caller, config: GatewayConfig, standing: Standing): ModelConfig[] {
  const acceptsUnpriced = config.settings.allowUnpriced && caller.acceptsUnpriced;
  return [...config.models.values()].filter(
    (model) =>
      !model.isRemoved &&
      isAllowed(model, caller, config) &&
      (model.price !== null || acceptsUnpriced) &&
      isServed(model, standing),
  );
}

/** Neither paused by hand nor lost: somebody can answer. */
function isServed(model: ModelConfig, standing: Standing): boolean {
  return !model.isPaused && model.deployments.some((deployment) => standing.isInService(deployment));
}

/** Where the calls of a removed model go; null: nowhere that this caller may use. */
function successorOf(removed: ModelConfig, caller: Caller, config: GatewayConfig): ModelConfig | null {
  let model: ModelConfig | undefined = removed;
  for (let count = 0; count < MOST_REDIRECTS; count++) {
    model = model.redirectTo === null ? undefined : config.models.get(model.redirectTo);
    if (model === undefined) return null;
    if (!model.isRemoved) return isAllowed(model, caller, config) ? model : null;
  }
  return null;
}

/** What of the needs no deployment can do; all of them, where each can be done but not together. */
function missingIn({ deployments }: ModelConfig, needs: readonly Need[], standing: Standing): readonly Need[] {
  if (needs.length === 0 || deployments.some((each) => standing.canDo(each, needs))) return [];
  const missing = needs.filter((need) => !deployments.some((each) => standing.canDo(each, [need])));
  return missing.length === 0 ? needs : missing;
}

function isAllowed(model: ModelConfig, caller: Caller, config: GatewayConfig): boolean {
  return (
    model.groupIds.has(caller.groupId) &&
    (caller.models.length === 0 || caller.models.includes(model.name)) &&
    opensModel(model.name, caller, config)
  );
}

function named(model: ModelConfig, hint: ErrorParameters): ErrorParameters {
  return { model: model.name, param: "model", ...hint };
}

function hinted(name: string, caller: Caller, config: GatewayConfig, standing: Standing): ErrorParameters {
  const names = listModels(caller, config, standing).map((model) => model.name);
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
  if (model.groupIds.has(caller.groupId) && !opensModel(model.name, caller, config)) {
    const courses = runningCourses(caller).map((course) => course.name);
    return new AppError("model_not_allowed", {
      parameters: {
        ...parameters,
        hint_zh: `课程“${courses.join("”“")}”没有开放它，可用模型见 GET /v1/models。`,
        hint_en: `The course ${courses.join(", ")} does not open it; GET /v1/models lists those you may use.`,
      },
    });
  }
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
