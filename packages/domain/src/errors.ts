/** A sentence in both languages of the product; `{name}` stands for a parameter of the error. */
export type Sentence = { readonly zh: string; readonly en: string };

type ErrorEntry = Sentence & {
  /** HTTP status that carries this code. */
  readonly status: number;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly move: Move;
};

/**
 * Whose move it is after an error: `you` can mend it (the request, the key, the balance), `staff` have to (teaching staff or an administrator),
 * nobody has to but `wait`, or it is ours, the `operator`'s, who finds it in the log by the request id.
 */
export type Move = "you" | "staff" | "wait" | "operator";

/**
 * Every error that leaves Lyceum. One table, so that a status, a sentence and the page docs/errors.md can't drift apart.
 * A spent balance or cap is 402, because client libraries retry 429 blindly; a rate is 429.
 */
export const errorTable = {
  // The request itself: the client must change it.
  invalid_request: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "请求有误：{reason_zh}",
    en: "The request is not valid: {reason_en}",
  },
  invalid_json: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "请求体不是合法的 JSON：第 {line} 行第 {column} 列附近出错。",
    en: "The body is not valid JSON: it breaks near line {line}, column {column}.",
  },
  body_too_large: {
    status: 413,
    retryable: false,
    move: "you",
    zh: "请求体超过上限 {limit}。请缩短对话或压缩图片。",
    en: "The body is larger than the limit of {limit}. Shorten the conversation or compress the images.",
  },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    move: "you",
    zh: "内容类型必须是 application/json，收到的是 {type}。",
    en: "The content type must be application/json, not {type}.",
  },
  not_found: { status: 404, retryable: false, move: "you", zh: "这里没有你要找的内容。", en: "There is nothing here." },
  method_not_allowed: {
    status: 405,
    retryable: false,
    move: "you",
    zh: "这个地址只接受 {allowed}。",
    en: "This address only takes {allowed}.",
  },

  // The key.
  missing_key: {
    status: 401,
    retryable: false,
    move: "you",
    zh: "请求里没有 API 密钥。请在 Authorization 头里写 Bearer 和密钥。",
    en: "The request carries no API key. Send it as Authorization: Bearer KEY.",
  },
  invalid_key: {
    status: 401,
    retryable: false,
    move: "you",
    zh: "API 密钥不存在或已删除。请检查是否复制完整，或新建一把。",
    en: "This API key is unknown or was deleted. Check that it was copied whole, or create a new one.",
  },
  key_disabled: {
    status: 401,
    retryable: false,
    move: "you",
    zh: "这把 API 密钥已停用。请在密钥页恢复，或换一把。",
    en: "This API key is disabled. Enable it on the keys page, or use another.",
  },
  key_expired: {
    status: 401,
    retryable: false,
    move: "you",
    zh: "这把 API 密钥已过期。请新建一把。",
    en: "This API key has expired. Create a new one.",
  },
  key_leaked: {
    status: 401,
    retryable: false,
    move: "you",
    zh: "这把 API 密钥已泄露，被停用以保护你的额度。请在密钥页更换，并检查它曾出现在哪里。",
    en: "This API key has leaked and was disabled to protect your balance. Roll it on the keys page, and check where it was seen.",
  },
  network_not_allowed: {
    status: 403,
    retryable: false,
    move: "you",
    zh: "这把 API 密钥只能在 {networks} 使用，请求来自 {ip}。请换个网络，或在密钥页修改来源限制。",
    en: "This API key may be used from {networks} only, and the request came from {ip}. Use another network, or change the key's networks on the keys page.",
  },
  account_disabled: {
    status: 403,
    retryable: false,
    move: "staff",
    zh: "这个账户已停用。请联系管理员。",
    en: "This account is disabled. Ask an administrator.",
  },

  // Money.
  insufficient_balance: {
    status: 402,
    retryable: false,
    move: "you",
    zh: "余额不足：这次请求至少需要 {needed}，可用 {available}。{advice_zh}{link_zh}",
    en: "The balance is too low: this request needs at least {needed}, and {available} is available. {advice_en} {link_en}",
  },
  key_cap_exceeded: {
    status: 402,
    retryable: false,
    move: "you",
    zh: "这把密钥的花费上限不够：这次请求至少需要 {needed}，上限内还剩 {available}。请在密钥页调高上限，或换一把密钥。{until_zh}{link_zh}",
    en: "The spending cap of this key is too low: this request needs at least {needed}, and {available} is left. Raise the cap on the keys page, or use another key. {until_en} {link_en}",
  },

  user_cap_exceeded: {
    status: 402,
    retryable: false,
    move: "staff",
    zh: "你的花费上限不够：这次请求至少需要 {needed}，上限内还剩 {available}。{until_zh}{link_zh}",
    en: "Your spending cap is too low: this request needs at least {needed}, and {available} is left. {until_en} {link_en}",
  },
  group_cap_exceeded: {
    status: 402,
    retryable: false,
    move: "staff",
    zh: "组 {group} 给每位成员的花费上限不够：这次请求至少需要 {needed}，上限内还剩 {available}。{until_zh}{link_zh}",
    en: "The spending cap that the group {group} gives each member is too low: this request needs at least {needed}, and {available} is left. {until_en} {link_en}",
  },

  // Rates.
  rpm_exceeded: {
    status: 429,
    retryable: true,
    move: "wait",
    zh: "{scope_zh}每分钟最多 {limit} 次请求。请 {seconds} 秒后再试。",
    en: "{scope_en} takes at most {limit} requests a minute. Try again in {seconds} s.",
  },
  tpm_exceeded: {
    status: 429,
    retryable: true,
    move: "wait",
    zh: "{scope_zh}每分钟最多 {limit} 个 token。请 {seconds} 秒后再试。",
    en: "{scope_en} takes at most {limit} tokens a minute. Try again in {seconds} s.",
  },
  parallel_exceeded: {
    status: 429,
    retryable: true,
    move: "wait",
    zh: "{scope_zh}最多同时进行 {limit} 个请求。请等其中一个结束后再试。",
    en: "{scope_en} takes at most {limit} requests at the same time. Try again when one of them has ended.",
  },
  tpm_too_small: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "这一次请求按 {tokens} 个 token 计，超过{scope_zh}每分钟 {limit} 个的上限。请缩短对话或调低输出上限。",
    en: "{scope_en} takes at most {limit} tokens a minute, and this one request counts {tokens}. Shorten the conversation or lower the output limit.",
  },

  // The model.
  model_not_found: {
    status: 404,
    retryable: false,
    move: "you",
    zh: "没有名为 {model} 的模型。{hint_zh}",
    en: "There is no model named {model}. {hint_en}",
  },
  model_not_allowed: {
    status: 403,
    retryable: false,
    move: "staff",
    zh: "这把密钥不能使用模型 {model}。{hint_zh}",
    en: "This key may not use the model {model}. {hint_en}",
  },
  model_removed: {
    status: 404,
    retryable: false,
    move: "you",
    zh: "模型 {model} 已下线。{hint_zh}",
    en: "The model {model} has been removed. {hint_en}",
  },
  model_unpriced: {
    status: 403,
    retryable: false,
    move: "staff",
    zh: "模型 {model} 还没有价格，暂不能使用。{hint_zh}",
    en: "The model {model} has no price yet and can't be used. {hint_en}",
  },

  model_paused: {
    status: 503,
    retryable: true,
    move: "wait",
    zh: "模型 {model} 暂停服务，没有扣费。{hint_zh}",
    en: "The model {model} is paused, and nothing was charged. {hint_en}",
  },
  model_lacks_capability: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "模型 {model} 在这里不支持{capability_zh}。{hint_zh}",
    en: "The model {model} can't do this here: {capability_en}. {hint_en}",
  },

  // The upstream.
  upstream_rejected: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "上游拒绝了这次请求：{message}",
    en: "The upstream refused this request: {message}",
  },
  upstream_rate_limited: {
    status: 429,
    retryable: true,
    move: "wait",
    zh: "上游此刻请求过多，请稍后再试。",
    en: "The upstream has too many requests right now. Try again shortly.",
  },
  upstream_unavailable: {
    status: 503,
    retryable: true,
    move: "operator",
    zh: "模型 {model} 的上游暂时不可用。问题在我们这边，没有扣费。",
    en: "The upstream of the model {model} is unavailable right now. The fault is on our side, and nothing was charged.",
  },
  upstream_error: {
    status: 502,
    retryable: true,
    move: "operator",
    zh: "上游的应答出错或中断。没有可用输出时不扣费。",
    en: "The upstream's answer failed or broke off. Without usable output nothing is charged.",
  },
  upstream_timeout: {
    status: 504,
    retryable: true,
    move: "wait",
    zh: "上游太久没有应答。",
    en: "The upstream took too long to answer.",
  },

  // Ourselves.
  database_unavailable: {
    status: 503,
    retryable: true,
    move: "wait",
    zh: "记账数据库暂时不可用，请稍后再试。没有扣费。",
    en: "The accounting database is unavailable right now. Try again shortly; nothing was charged.",
  },
  overloaded: {
    status: 503,
    retryable: true,
    move: "wait",
    zh: "此刻请求过多，请稍后再试。没有扣费。",
    en: "There are too many requests right now. Try again shortly; nothing was charged.",
  },
  queue_full: {
    status: 503,
    retryable: true,
    move: "wait",
    zh: "模型 {model} 的队伍已满：{scope_zh}最多 {limit} 个请求排队。请稍后再试。没有扣费。",
    en: "The line for the model {model} is full: {scope_en} may have at most {limit} requests waiting. Try again shortly; nothing was charged.",
  },
  queue_timeout: {
    status: 503,
    retryable: true,
    move: "wait",
    zh: "排队等模型 {model} 已满 {seconds} 秒，仍未轮到。请稍后再试。没有扣费。",
    en: "After {seconds} s in line for the model {model} it was still not your turn. Try again later; nothing was charged.",
  },
  internal: {
    status: 500,
    retryable: true,
    move: "operator",
    zh: "我们这边出了错，已记录。请凭请求编号联系管理员。",
    en: "Something failed on our side and was logged. Give an administrator the request id.",
  },

  // People and pages.
  forbidden: { status: 403, retryable: false, move: "staff", zh: "你没有这个权限。", en: "You may not do this." },
  terms_required: {
    status: 403,
    retryable: false,
    move: "you",
    zh: "请先在控制台同意学术使用条款。{link_zh}",
    en: "Accept the terms of academic use in the console first. {link_en}",
  },
  invalid_input: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "有几项填写不对。",
    en: "Some fields are not right.",
  },
  invalid_student_id: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "学号应为 4 到 32 位字母、数字或连字符。",
    en: "A student ID has 4 to 32 letters, digits or hyphens.",
  },
  student_id_taken: {
    status: 409,
    retryable: false,
    move: "staff",
    zh: "学号 {studentId} 已注册。如果不是你本人，请联系管理员。",
    en: "The student ID {studentId} is already registered. If that wasn't you, ask an administrator.",
  },
  weak_password: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "密码至少 10 个字符，且不能是常见密码或包含学号。",
    en: "A password has at least 10 characters and is neither a common one nor contains the student ID.",
  },
  registration_closed: {
    status: 403,
    retryable: false,
    move: "staff",
    zh: "自助注册已关闭。请联系管理员开户。",
    en: "Registration is closed. Ask an administrator for an account.",
  },
  invalid_credentials: {
    status: 401,
    retryable: false,
    move: "you",
    zh: "学号或密码不对。",
    en: "The student ID or the password is wrong.",
  },
  sign_in_delayed: {
    status: 429,
    retryable: true,
    move: "wait",
    zh: "失败次数过多，请 {seconds} 秒后再试。",
    en: "Too many failures. Try again in {seconds} seconds.",
  },
  invalid_amount: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "金额应在 0 与 {maximum} 之间，最多 9 位小数。",
    en: "An amount lies between 0 and {maximum}, with at most 9 decimals.",
  },
  name_taken: {
    status: 409,
    retryable: false,
    move: "you",
    zh: "名称 {name} 已被使用。",
    en: "The name {name} is already in use.",
  },
  site_address_missing: {
    status: 400,
    retryable: false,
    move: "staff",
    zh: "CAS 需要本站地址：请先在设置里填写“本站地址”。",
    en: "CAS needs the address of this site: fill in “Address of this site” in the settings first.",
  },
  user_not_found: {
    status: 404,
    retryable: false,
    move: "you",
    zh: "没有学号为 {studentId} 的用户。",
    en: "There is no user with the student ID {studentId}.",
  },
  group_not_found: {
    status: 404,
    retryable: false,
    move: "you",
    zh: "没有名为 {group} 的组。",
    en: "There is no group named {group}.",
  },
  group_not_allowed: {
    status: 403,
    retryable: false,
    move: "staff",
    zh: "这个用户不在 {group} 组。",
    en: "This person is not a member of the group {group}.",
  },
  course_not_open: {
    status: 403,
    retryable: false,
    move: "you",
    zh: "{reason_zh}{group} 组现在不对你开放，请在密钥页给这把密钥换一个组。{hint_zh}",
    en: "{reason_en} So the group {group} is not open to you now: choose another group for this key on the keys page.{hint_en}",
  },
  group_in_use: {
    status: 409,
    retryable: false,
    move: "you",
    zh: "组 {group} 还有密钥、成员或课程，不能删除。",
    en: "The group {group} still has keys, members or courses and can't be deleted.",
  },
  channel_not_found: {
    status: 404,
    retryable: false,
    move: "you",
    zh: "没有名为 {channel} 的渠道。",
    en: "There is no channel named {channel}.",
  },
  channel_unreachable: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "连不上 {url}：{reason}。请检查地址、端口和防火墙。",
    en: "{url} can't be reached: {reason}. Check the address, the port and the firewall.",
  },
  channel_not_llm: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "{url} 有应答，但不像模型接口：{reason}。请检查地址和协议。",
    en: "{url} answers, but not like a model API: {reason}. Check the address and the protocol.",
  },
  channel_credential_refused: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "上游拒绝了凭据（{status}）。请检查凭据。",
    en: "The upstream refused the credential ({status}). Check the credential.",
  },
  channel_model_refused: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "上游列出了模型，却拒绝了模型 {model}（{status}）。请检查这个凭据能否使用它，或换一个模型测试。",
    en: "The upstream lists its models but refused the model {model} ({status}). Check that this credential may use it, or test another model.",
  },
  channel_address_refused: {
    status: 400,
    retryable: false,
    move: "you",
    zh: "地址 {url} 不允许：{reason_zh}",
    en: "The address {url} is not allowed: {reason_en}",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;
export const errorCodes = Object.keys(errorTable) as ErrorCode[];

export type ErrorParameters = Readonly<Record<string, string | number>>;

/**
 * An error with a public code. `parameters` fill the sentence and are public; `detail` and `cause` go to the log only.
 * `retryAfterMs` becomes Retry-After where it is known.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly parameters: ErrorParameters;
  readonly detail: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** Headers that go with the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** The page of the console that goes on from here, whole; undefined while nobody has said where the console is. */
  consoleUrl: string | undefined;

  constructor(
    code: ErrorCode,
    options: {
      parameters?: ErrorParameters;
      detail?: string;
      cause?: unknown;
      retryAfterMs?: number;
      headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(fillSentence(errorTable[code].en, options.parameters ?? {}), { cause: options.cause });
    this.code = code;
    this.parameters = options.parameters ?? {};
    this.detail = options.detail;
    this.retryAfterMs = options.retryAfterMs;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  /** Whose move it is now. */
  get move(): Move {
    return errorTable[this.code].move;
  }

  /** The public sentence in one language. */
  sentence(locale: "zh" | "en"): string {
    return fillSentence(errorTable[this.code][locale], this.parameters);
  }
}

/** Puts parameters into a sentence; one that is missing leaves nothing behind, and blanks are tidied. */
function fillSentence(sentence: string, parameters: ErrorParameters): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? "")).trim();
}

/** The AppError inside anything thrown: itself, or `internal` with the thing as cause. */
export function toAppError(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : new AppError("internal", { cause: thrown });
}

/** Whether a text is a code of the table: of a record, or an answer of the gateway. */
export function isErrorCode(code: string | null): code is ErrorCode {
  return code !== null && Object.hasOwn(errorTable, code);
}
