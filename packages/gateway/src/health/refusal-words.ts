import type { HealthSign } from "@lyceum/domain";

// What vendors call their refusals, in their errors' codes, types and sentences. Gathered from their documentation; sign-of.test.ts has samples.

type Told = Exclude<HealthSign, "passed">;

/** Codes, types and reasons, in lower case; what stands behind a dot is left out where the whole isn't here. */
const codes: Readonly<Record<Exclude<Told, "failure">, readonly string[]>> = {
  // What a request brought upon itself, whatever status it came with.
  request: [
    "content_filter",
    "content_policy_violation",
    "context_length_exceeded",
    "datainspectionfailed",
    "data_inspection_failed",
    "inputtextsensitivecontentdetected",
    "inputimagesensitivecontentdetected",
    "invalid_image_url",
    "invalid_prompt",
    "previous_response_not_found",
    "prompt_blocked",
    "sensitivecontentdetected",
    "sensitive_words_detected",
    "string_above_max_length",
    "1301",
  ],
  quota: [
    "accountoverdueerror",
    "allocationquota.freetieronly",
    "arrearage",
    "billing_error",
    "billing_hard_limit_reached",
    "billing_not_active",
    "exceeded_current_quota_error",
    "insufficient_balance",
    "insufficient_credits",
    "insufficient_quota",
    "insufficient_user_quota",
    "not_enough_balance",
    "operationdenied.serviceoverdue",
    "payment_required",
    "pre_consume_token_quota_failed",
    "1008",
    "1113",
  ],
  "model-missing": [
    "deploymentnotfound",
    "get_channel_failed",
    "invalidendpoint.closedendpoint",
    "invalidendpoint.notfound",
    "invalidendpointormodel",
    "model_decommissioned",
    "model_deprecated",
    "model_not_available",
    "model_not_exist",
    "model_not_found",
    "model_not_supported",
    "modelnotfound",
    "unsupportedmodel",
    "1211",
  ],
  refused: [
    "account_deactivated",
    "account_suspended",
    "api_key_invalid",
    "authentication_error",
    "authenticationerror",
    "channel:invalid_key",
    "incorrect_api_key_error",
    "invalid_api_key",
    "invalid_authentication_error",
    "invalidapikey",
    "unauthenticated",
    "1110",
    "1111",
    "1112",
    "1121",
  ],
  denied: [
    "access_denied",
    "access_deny",
    "accessdenied",
    "model.accessdenied",
    "model_not_allowed",
    "model_terms_required",
    "modelnotopen",
    "operationdenied.servicenotopen",
    "permission_denied",
    "permission_denied_error",
    "permission_error",
    "unsupported_country_region_territory",
    "1220",
  ],
  rate: [
    "engine_overloaded_error",
    "limit_burst_rate",
    "limit_requests",
    "quotaexceeded",
    "rate_limit_error",
    "rate_limit_exceeded",
    "rate_limit_reached_error",
    "ratelimitexceeded",
    "resource_exhausted",
    "throttling",
    "too_many_requests",
    "1302",
    "1303",
    "1305",
  ],
};

/** Where an error has several codes the first of these counts: what is exact before what many things are called. */
const exactFirst = [
  "request",
  "quota",
  "model-missing",
  "refused",
  "denied",
  "rate",
] as const satisfies readonly Told[];
const signOfCode = new Map(
  exactFirst
    .toReversed()
    .flatMap((sign) => codes[sign].map((code): [string, (typeof exactFirst)[number]] => [code, sign])),
);

/** What an error's codes say; null: nothing that is known. */
export function signOfCodes(found: readonly string[]): Told | null {
  const signs = new Set(
    found.map((code) => {
      const lower = code.toLowerCase();
      return signOfCode.get(lower) ?? signOfCode.get(lower.split(".", 1)[0] ?? "");
    }),
  );
  return exactFirst.find((sign) => signs.has(sign)) ?? null;
}

/** Our balance with the vendor. */
export const spent =
  /insufficient (?:account )?(?:balance|credits?|quota|funds)|credit balance is too low|balance (?:is )?(?:too low|insufficient|not enough)|(?:out of|not enough|purchase(?:d)?|more) credits|(?:account|payment).{0,30}(?:in arrears|overdue)|payment required|account is in good standing|usage limit for this billing|余额不足|欠费|额度(?:已?不足|已用[尽完]|已?耗尽)|请(?:先)?充值/i;
/** The same, where too many requests are not called that: Google's sentence for 429 speaks of plan and billing too. */
export const spentOrBusy = /exceeded your current quota|check your plan and billing/i;

/** Our credential, or the account behind it. */
export const refusedKey =
  /(?:invalid|incorrect|expired|revoked|disabled|leaked|missing) (?:api[- _]?keys?|access tokens?|authentication|credentials?|auth tokens?)|no (?:api[- _]?key|auth credentials)|api[- _]?key.{0,40}(?:not valid|invalid|expired|incorrect|revoked|disabled|leaked)|authentication fail|(?:account|organization|api[- _]?key) (?:has been |is |was )?(?:disabled|deactivated|suspended|blocked|banned)|无效的?\s?(?:令牌|密钥|api)|(?:令牌|密钥|api[- ]?key)\s?(?:无效|已过期|过期|已?禁用|已?失效|状态不可用)|(?:鉴权|认证|身份验证)失败/i;

/** A model, a deployment or an endpoint of that name. A parameter that is not supported by a model is none of these. */
export const missingModel =
  /models?\b[^,;。，]{0,120}?(?:not (?:be )?found|(?:does |do )?not exist|doesn't exist|not available|no longer (?:available|supported)|has been (?:deprecated|decommissioned|retired|removed))|model \S{1,100} (?:is )?not supported|(?:unknown|no such|unsupported|not found the) model\b|invalid model:|not a valid model|no endpoints? found|no available channel|无可用渠道|(?:模型|接入点)[^,;。，]{0,60}(?:不存在|未找到|已下线|已停用)|(?:不存在|找不到|没有)(?:该|这个|此)?模型/i;

/** What is not open to us. */
export const deniedToUs =
  /access (?:to (?:the )?model )?(?:is )?denied|(?:do(?:es)?|did) not have (?:access|permission)|not (?:authorized|permitted|entitled|allowed) to (?:access|use)|no permission|permission denied|location is not supported|country, region|not (?:been )?activated|无权(?:限|访问|使用|调用|进行)|没有.{0,12}权限|权限不足|未开通|访问被拒绝/i;

export const tooMany = /rate limit|too many requests|请求(?:过于|太)?频繁|请求过多|限流/i;
/** One request that no allowance is large enough for. */
export const tooLargeAlone = /request too large for\b|tokens must be reduced in order to run/i;
/** No room, or an inspector of texts: neither the model's nor our account's fault. */
export const inspected =
  /moderation|flagged|sensitive|content (?:policy|filter)|content management|(?:usage|safety|acceptable use) polic|guardrail|unsafe|harmful|inappropriate|safety (?:system|filter|check|reasons)|敏感|违规|不合规|不安全|不当内容|有害|违法|内容安全/i;
/** Things of the client's own that a request names, and that may be missing. */
export const clientsOwn =
  /previous[_ ]response|https?:|response (?:with id|'?resp_)|\b(?:file|image|audio|document|video|url|container|conversation|cached ?content|vector store)s?\b|文件|图片/i;
/** How servers say that they have nothing at an address: our base URL leads nowhere. */
export const noSuchPath =
  /^(?:404 )?(?:page )?not found\.?$|^cannot (?:post|get) \/|invalid url|unknown request url|no (?:such )?(?:route|endpoint)\b/i;
/** A gateway like ours that has nobody behind it for this model. */
export const withoutChannel = /无可用渠道|no available channel/i;
