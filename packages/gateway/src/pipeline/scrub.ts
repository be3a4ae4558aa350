const MAXIMUM_LENGTH = 500;
/** What is shorter is no secret, and would be found in every other word. */
const SHORTEST_CREDENTIAL = 4;

// An upstream's message may name its address, our credential or our account: none of that is the client's business.
const secrets: readonly [RegExp, string][] = [
  [/\b(?:https?|wss?|ftp|file|unix):\/\/[^\s"'<>)\]}]+/gi, "[url]"],
  [/\bBearer\s+\S+/gi, "[key]"],
  [/\b(?:sk|pk|rk|ak|key|org|proj|acct|user)[-_][A-Za-z0-9*._-]{6,}/gi, "[key]"],
  [/\b(api[_ -]?key(?: provided)?\s*[:=]?\s*)[^\s,.;"']{6,}/gi, "$1[key]"],
  [/\b[A-Za-z0-9+/_-]{40,}={0,2}/g, "[key]"],
  [/\b[\w.+-]+@[\w-]+\.[\w.-]+\b/g, "[address]"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, "[address]"],
  // Not a time of day, which has two colons at most.
  [/\[?\b[0-9a-f]{1,4}(?:(?::{1,2}[0-9a-f]{1,4}){3,7}|::[0-9a-f]{1,4})\b\]?(?::\d+)?/gi, "[address]"],
  [
    /\b(?:localhost|(?:[a-z0-9-]+\.)+(?:com|net|org|cn|edu|ai|io|dev|internal|local|lan|svc|cluster))(?::\d+)?(?:\/[^\s"'<>)\]}]*)?/gi,
    "[address]",
  ],
];

/**
 * What upstreams write to whoever pays them, which here is the campus: what is left on our account, what more would cost, whom to talk to about it.
 * Each pattern takes the whole sentence away.
 */
const salesTalk = [
  /[¥￥$€£]\s?\d|\d(?:\.\d+)?\s?(?:USD|CNY|RMB|EUR|元|美元|人民币)/i,
  /\b(?:billing|balance|credits?|recharg\w*|top(?:ping)?[- ]?up|upgrad\w+|subscri\w+|purchas\w+|payments?|invoices?|pricing|discounts?|promotions?|your plan|free tier|sales team|contact (?:us|sales|support))\b/i,
  /余额|充值|续费|欠费|账单|付费|购买|套餐|优惠|折扣|促销|升级(?:到|为|账|会员|版)|会员|客服|商务|销售|微信|公众号|QQ|企鹅群|电报群|Telegram|扫码|加群/i,
];

/** Splits behind the end of a sentence, in either script; a dot within a number or a name ends none. */
const sentences = /(?<=[.!?](?=\s)|[。！？；\n])\s*/u;

function withoutSalesTalk(text: string): string {
  if (!salesTalk.some((pattern) => pattern.test(text))) return text;
  return text
    .split(sentences)
    .filter((sentence) => !salesTalk.some((pattern) => pattern.test(sentence)))
    .join(" ");
}

/** What stands in an upstream's words that clients know otherwise, or must not know at all. `credential`: the channel's. */
export type Names = { readonly requested: string; readonly upstream: string; readonly credential: string | null };

/** An upstream's words for the log: all of them but the credential, which some repeat when they refuse it. */
export function withoutCredential(text: string, { credential }: Pick<Names, "credential">): string {
  return credential === null || credential.length < SHORTEST_CREDENTIAL ? text : text.replaceAll(credential, "[key]");
}

/** What an upstream says of a request, without addresses, keys and its talk of money, under the model's public name, at most 500 characters. */
export function scrub(message: string, names: Names): string {
  let text = withoutSalesTalk(withoutCredential(message.slice(0, MAXIMUM_LENGTH * 4), names));
  if (names.upstream.length > 0) text = text.replaceAll(names.upstream, names.requested);
  for (const [pattern, substitute] of secrets) text = text.replace(pattern, substitute);
  return text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, MAXIMUM_LENGTH);
}
