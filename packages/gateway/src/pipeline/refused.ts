import type { GatewayConfig } from "@lyceum/db/gateway-config";
import { AppError, type ErrorParameters, formatAmount } from "@lyceum/domain";
import type { Admission, FailedLimit } from "@lyceum/ledger";
import { consoleAddress } from "./console-address.ts";
import type { Deps } from "./deps.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import type { Caller } from "./key-cache.ts";
import { localTime } from "./local-time.ts";

const MICRO = 1_000n;
/** A running request may end at any moment. */
const PARALLEL_RETRY_MS = 1_000;
const ADVICE_ZH = "请向助教或管理员申请额度。";
const ADVICE_EN = "Ask your teaching assistant or an administrator for more.";

/** The ledger's refusal as an error that says what is missing, whose limit it is, when it frees up, and where to go on. `needed`: what the request needs at least. */
export function refused(
  answer: Extract<Admission, { admitted: false }>,
  needed: { readonly nanos: bigint; readonly tokens: number },
  headers: Readonly<Record<string, string>>,
  config: GatewayConfig,
  { caller, request }: { caller: Caller; request: GatewayRequest },
  deps: Deps,
): AppError {
  const { refusal, failed, availableNanos, nextAllowanceInMs } = answer;
  switch (refusal) {
    case "insufficient_balance": {
      const parameters = {
        ...amounts(needed.nanos, availableNanos, config),
        ...allowance(nextAllowanceInMs, config.settings.timeZone),
        ...waysOn(request, deps),
      };
      const retry = nextAllowanceInMs === null ? {} : { retryAfterMs: nextAllowanceInMs };
      return new AppError(refusal, { headers, parameters, ...retry });
    }
    case "cap_exceeded": {
      const { scope, waitMs } = required(failed);
      const parameters = {
        ...amounts(needed.nanos, availableNanos, config),
        ...until(waitMs, config.settings.timeZone),
        ...waysOn(request, deps),
        group: groupName(config, caller),
        scope,
      };
      const code = { key: "key_cap_exceeded", user: "user_cap_exceeded", member: "group_cap_exceeded" } as const;
      return new AppError(code[scope], { headers, parameters, ...(waitMs !== null && { retryAfterMs: waitMs }) });
    }
    case "rpm_exceeded":
    case "tpm_exceeded":
    case "parallel_exceeded":
    case "tpm_too_small": {
      const limit = required(failed);
      const retryAfterMs = limit.waitMs ?? (refusal === "parallel_exceeded" ? PARALLEL_RETRY_MS : undefined);
      const parameters = {
        ...scopeWords(limit, groupName(config, caller)),
        limit: Number(limit.limit),
        tokens: needed.tokens,
        seconds: Math.ceil((retryAfterMs ?? 0) / 1_000),
      };
      return new AppError(refusal, { headers, parameters, ...(retryAfterMs !== undefined && { retryAfterMs }) });
    }
    case "account_frozen":
      return new AppError("account_disabled");
    case "key_missing":
      deps.keys.delete(caller.hash);
      return new AppError("invalid_key");
    case "key_disabled":
    case "key_expired":
      deps.keys.delete(caller.hash);
      return new AppError(refusal);
    case "key_changed":
      return new AppError("overloaded", { retryAfterMs: 1_000 });
    default:
      return refusal satisfies never;
  }
}

function required(failed: FailedLimit | null): FailedLimit {
  if (failed === null) throw new Error("the ledger did not say which limit failed");
  return failed;
}

function groupName(config: GatewayConfig, caller: Caller): string {
  return config.groups.get(caller.groupId)?.name ?? caller.groupId;
}

function scopeWords({ scope }: FailedLimit, group: string): ErrorParameters {
  const words = {
    key: ["这把密钥", "This key"],
    user: ["你的账户", "Your account"],
    member: [`组 ${group} 的每位成员`, `Each member of the group ${group}`],
  } as const;
  const [scope_zh, scope_en] = words[scope];
  return { scope, scope_zh, scope_en };
}

function amounts(neededNanos: bigint, availableNanos: bigint, config: GatewayConfig): ErrorParameters {
  const { currency } = config.settings;
  return {
    needed: shownAmount(neededNanos + MICRO - 1n, currency),
    available: shownAmount(availableNanos > 0n ? availableNanos : 0n, currency),
  };
}

/** When a cap begins anew, in the campus's time zone. */
function until(waitMs: number | null, timeZone: string): ErrorParameters {
  if (waitMs === null) return {};
  const shown = localTime(Date.now() + waitMs, timeZone);
  return { until_zh: `上限在 ${shown} 重新计算。`, until_en: `The cap begins anew at ${shown}.` };
}

/** When money comes by itself; who may wait for it need not ask anybody. */
function allowance(inMs: number | null, timeZone: string): ErrorParameters {
  if (inMs === null) return { advice_zh: ADVICE_ZH, advice_en: ADVICE_EN };
  const shown = localTime(Date.now() + inMs, timeZone);
  return { advice_zh: `下一次定期额度在 ${shown} 到账。`, advice_en: `The next allowance arrives at ${shown}.` };
}

/** The page with the ways back to work, for whoever reads the error at night. */
function waysOn(request: GatewayRequest, deps: Deps): ErrorParameters {
  const site = consoleAddress(request, deps);
  if (site === null) return {};
  return { link_zh: `怎样继续：${site}/balance/empty`, link_en: `How to go on: ${site}/balance/empty` };
}

/** An amount with at most six decimals, rounded down: nobody reads nine. */
function shownAmount(nanos: bigint, currency: string): string {
  const amount = formatAmount(nanos - (nanos % MICRO));
  return currency === "CNY" ? `¥${amount}` : `${currency} ${amount}`;
}
