import { type Db, getModelByName, listPriceVersions, type PriceInput, setPrice } from "@lyceum/db";
import {
  AppError,
  formatAmount,
  isFree,
  type Price,
  type PriceTierText,
  parseAmount,
  type TokenClass,
  type TokenPrices,
} from "@lyceum/domain";
import { CliError, type Command, type Result, type Values } from "../command.ts";

const amount = (help: string) => ({ value: "AMOUNT", help }) as const;

/** Option → class: the same words in an option, a tier and the JSON. */
const classOf = {
  input: "input",
  cached: "cachedInput",
  "cache-write": "cacheWrite",
  output: "output",
  reasoning: "reasoning",
  image: "image",
  audio: "audio",
} as const satisfies Record<string, TokenClass>;
type Word = keyof typeof classOf;
const words = Object.keys(classOf) as Word[];

export const modelPrice: Command = {
  name: "model price",
  summary: "Set a model's price per million tokens, for what is asked from now on; or show all it had.",
  needs: "admin",
  positionals: ["NAME"],
  options: {
    input: amount("input tokens"),
    output: amount("output tokens"),
    cached: amount("input read from a cache; as input if left out"),
    "cache-write": amount("input written to a cache; as input if left out"),
    reasoning: amount("reasoning tokens; as output if left out"),
    image: amount("image tokens; as input if left out"),
    audio: amount("audio tokens; as input if left out"),
    request: amount("for each request, beside the tokens; nothing if left out"),
    tier: {
      value: "TIER",
      repeated: true,
      help: "prices of requests with longer input, shortest first: 128000:input=4,output=16[,cached=…]",
    },
    free: { help: "nothing is charged, instead of prices" },
    history: { help: "show every version, newest first, and change nothing" },
  },
  changesConfig: true,
  async run(values, { db, actor }) {
    const model = await getModelByName(db, values.text("NAME"));
    if (values.isOn("history")) return showHistory(values, db, model);
    const input = readPrice(values);
    const price = await db.$transaction((tx) => setPrice(tx, actor, { modelId: model.id, ...input }));
    return {
      lines: [`${model.name} costs, from now on (version ${price.version}):`, ...linesOf(price)],
      json: { model: model.name, ...jsonOf(price) },
    };
  },
};

async function showHistory(values: Values, db: Db, model: { id: string; name: string }): Promise<Result> {
  refuseBeside("history", [...words, "request", "tier", "free"], values);
  const versions = await listPriceVersions(db, model.id);
  const lines = versions.flatMap((version) => [
    `Version ${version.version}, since ${version.createdAt.toISOString()}, by ${version.actorName ?? "the command line"}:`,
    ...linesOf(version),
  ]);
  return {
    lines: lines.length === 0 ? [`${model.name} has no price yet.`] : lines,
    json: {
      model: model.name,
      versions: versions.map((version) => ({
        ...jsonOf(version),
        since: version.createdAt.toISOString(),
        by: version.actorName,
      })),
    },
  };
}

function readPrice(values: Values): PriceInput {
  if (values.isOn("free")) {
    refuseBeside("free", [...words, "request", "tier"], values);
    return { input: "0", output: "0" };
  }
  const missing = (["input", "output"] as const).find((word) => values.optional(word) === undefined);
  if (missing !== undefined)
    throw new CliError({
      zh: `缺少 --${missing}；不收费请用 --free。`,
      en: `--${missing} is missing; use --free where nothing is charged.`,
    });
  const amounts = Object.fromEntries(words.map((word) => [classOf[word], checkedAmount(word, values)])) as {
    [of in TokenClass]: string | undefined;
  };
  return {
    ...amounts,
    input: amounts.input ?? "",
    output: amounts.output ?? "",
    request: checkedAmount("request", values),
    tiers: values.all("tier").map(readTier),
  };
}

function checkedAmount(word: string, values: Values): string | undefined {
  const text = values.optional(word);
  try {
    if (text !== undefined) parseAmount(text);
    return text;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new CliError({
      zh: `--${word} 的“${text}”不是 0 到 10,000,000 的金额（至多 9 位小数）。`,
      en: `--${word} "${text}" is no amount from 0 to 10,000,000 with at most 9 decimals.`,
    });
  }
}

function refuseBeside(word: string, others: readonly string[], values: Values): void {
  const other = others.find((name) => values.isOn(name));
  if (other === undefined) return;
  throw new CliError({
    zh: `--${word} 不能与 --${other} 同用。`,
    en: `--${word} and --${other} exclude each other.`,
  });
}

/** "128000:input=4,output=16" as typed; the amounts and the order are checked where the price is set. */
function readTier(text: string, index: number): PriceTierText {
  const at = text.indexOf(":");
  const where = { zh: `第 ${index + 1} 档“${text}”`, en: `tier ${index + 1}, "${text}",` };
  if (at === -1)
    throw new CliError({
      zh: `${where.zh}应写成 128000:input=4,output=16。`,
      en: `${where.en} should read like 128000:input=4,output=16.`,
    });
  const amounts: Partial<Record<TokenClass, string>> = {};
  for (const part of text.slice(at + 1).split(",")) {
    const [word = "", ...rest] = part.split("=");
    if (!Object.hasOwn(classOf, word.trim()) || rest.length !== 1)
      throw new CliError({
        zh: `${where.zh}里的“${part}”不认识：可以写 ${words.join("、")}，如 input=4。`,
        en: `${where.en} has "${part}", which is none of ${words.join(", ")}, written like input=4.`,
      });
    const of = classOf[word.trim() as Word];
    if (amounts[of] !== undefined)
      throw new CliError({ zh: `${where.zh}里 ${word} 写了两次。`, en: `${where.en} has ${word} twice.` });
    amounts[of] = rest[0] ?? "";
  }
  return { input: "", output: "", ...amounts, above: text.slice(0, at).trim() };
}

/** Class by class, as set; what falls back is left out. */
function amountsOf(prices: TokenPrices): Partial<Record<Word, string>> {
  const pairs = words.flatMap((word) => {
    const nanos = prices[`${classOf[word]}Nanos`];
    return nanos === null ? [] : [[word, formatAmount(nanos)] as const];
  });
  return Object.fromEntries(pairs);
}

function jsonOf(price: Price): Readonly<Record<string, unknown>> {
  return {
    version: price.version,
    ...amountsOf(price),
    request: formatAmount(price.requestNanos),
    tiers: price.tiers.map((tier) => ({ above: tier.aboveTokens, ...amountsOf(tier) })),
  };
}

function linesOf(price: Price): string[] {
  if (isFree(price)) return ["  nothing: it is free"];
  const line = (prices: TokenPrices) =>
    Object.entries(amountsOf(prices))
      .map(([word, text]) => `${word} ${text}`)
      .join(", ");
  return [
    `  ${line(price)} a million tokens${price.requestNanos > 0n ? `, and ${formatAmount(price.requestNanos)} a request` : ""}`,
    ...price.tiers.map((tier) => `  input above ${tier.aboveTokens} tokens: ${line(tier)}`),
  ];
}
