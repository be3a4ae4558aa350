import { z } from "zod";

const bilingual = z.object({ zh: z.string().trim().max(200), en: z.string().trim().max(200) });

/** A day as "2026-09-01", in the campus's time zone. */
const day = z.iso.date();

const academicTerm = z
  .object({ name: bilingual.optional(), startsOn: day, endsOn: day })
  .refine(({ startsOn, endsOn }) => startsOn <= endsOn, { error: "a term must not end before it begins" });

/** `endsOn` is its last day. */
export type AcademicTerm = z.infer<typeof academicTerm>;

/** Every setting an admin can change, with its default. One row in the table `setting` for each that was changed. */
export const settingsSchema = z.object({
  siteName: bilingual.default({ zh: "校园模型网关", en: "Campus model gateway" }),
  /** ISO 4217; every page shows it. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default("CNY"),
  /** IANA zone: days, caps and charts follow it. */
  timeZone: z.string().refine(isTimeZone).default("Asia/Shanghai"),
  registration: z.enum(["open", "closed"]).default("open"),
  /** Where people reach the console, "https://llm.example.edu": for links in mails and errors, and where CAS sends people back to; "": nobody said. */
  siteUrl: z
    .string()
    .regex(/^(?:https?:\/\/[^\s/?#@]+)?$/)
    .max(200)
    .default(""),
  /** Where the campus has its LobeChat, "https://chat.example.edu": the keys page then offers to connect it; "": nowhere. */
  lobeUrl: z
    .string()
    .regex(/^(?:https?:\/\/[^\s?#@]+)?$/)
    .max(200)
    .default(""),
  /** Whom to ask: shown where registration is closed and beside errors. */
  contact: z.string().trim().max(200).default(""),
  terms: z
    .object({
      version: z.number().int().min(1),
      zh: z.array(z.string().trim().min(1).max(500)).max(20),
      en: z.array(z.string().trim().min(1).max(500)).max(20),
      /** Until then the gateway takes whoever accepted `version` or a later one; the console asks at once. */
      grace: z
        .object({ version: z.number().int().min(1), until: z.iso.datetime() })
        .nullable()
        .default(null),
    })
    .default({
      version: 1,
      grace: null,
      zh: [
        "额度只用于课程与研究，不转借、不出售密钥。",
        "不上传他人隐私与未公开的考题。",
        "作业中使用模型时，注明模型与日期。",
        "系统记录用量与费用，网关不保存对话内容；控制台“对话”页里的对话仅本人可读，删除一天后彻底清除；程序要求保存的应答（responses 接口）会保存一段时间，也仅本人可读。",
      ],
      en: [
        "The balance is for courses and research only; keys are not lent or sold.",
        "No other people's private data and no unpublished exam questions.",
        "Work that used a model names the model and the date.",
        "Usage and cost are recorded; the gateway stores no conversations. Only you can read those of the playground, and a day after you delete one it is gone for good; answers that a program asks to be kept (responses) are kept for a while, for their owner only.",
      ],
    }),
  /** In order, none overlapping. A cap by term begins anew where one begins; keys end with one. */
  academicTerms: z
    .array(academicTerm)
    .max(24)
    .refine((terms) => terms.every((term, i) => i === 0 || (terms[i - 1]?.endsOn ?? "") < term.startsOn), {
      error: "terms must follow one another without overlapping",
    })
    .default([]),
  /** Tokens set aside for the answer when neither client nor model says how long it may be. */
  usualOutputTokens: z.number().int().min(16).max(1_000_000).default(4096),
  /** Rule 8: whether users may switch on models that have no price. */
  allowUnpriced: z.boolean().default(false),
  /**
   * Single requests older than so many whole months are dropped; null: kept for ever. At least 13, so that the terms of a year and a yearly
   * statement keep theirs. Rollups and ledger stay in any case.
   */
  usageRetentionMonths: z.number().int().min(13).max(240).nullable().default(null),
  /**
   * Days for which the gateway keeps answers that clients ask to be kept (OpenAI responses, `store`), with what was asked; each further turn
   * keeps what it goes on from as long. Null: nothing is kept.
   */
  responseRetentionDays: z.number().int().min(1).max(365).nullable().default(30),
  /** When a deployment is taken out: so many failures within the window, in a row or at least so many of a hundred requests in it. */
  breaker: z
    .object({
      failures: z.number().int().min(1).max(1000),
      percent: z.number().int().min(1).max(100),
      windowSeconds: z.number().int().min(5).max(3600),
    })
    .default({ failures: 5, percent: 60, windowSeconds: 60 }),
  /**
   * Probes. One that is out is tried after `firstSeconds`, then after twice as long, up to `mostSeconds`, and is back after so many passes in a
   * row. One in use that no request has tried for `everyMinutes` is probed too; null: only those that are out. What a model is capable of is
   * looked at every so many hours.
   */
  probes: z
    .object({
      firstSeconds: z.number().int().min(1).max(3600),
      mostSeconds: z.number().int().min(1).max(86_400),
      passes: z.number().int().min(1).max(20),
      everyMinutes: z.number().int().min(1).max(1440).nullable(),
      capabilityHours: z.number().int().min(1).max(720).nullable(),
    })
    .refine(({ firstSeconds, mostSeconds }) => firstSeconds <= mostSeconds)
    .default({ firstSeconds: 60, mostSeconds: 1800, passes: 3, everyMinutes: 30, capabilityHours: 24 }),
  /** At a channel's limit of parallel requests: how many may wait for it, how many of them one person's, and how long. */
  queue: z
    .object({
      mostWaiting: z.number().int().min(0).max(100_000),
      mostPerUser: z.number().int().min(1).max(100_000),
      mostSeconds: z.number().int().min(1).max(3600),
    })
    .default({ mostWaiting: 2000, mostPerUser: 1000, mostSeconds: 300 }),
  /** How often upstreams are asked whether their lists of models have changed; null: never. */
  listWatchHours: z.number().int().min(1).max(720).nullable().default(6),
  /** Largest request body in bytes. */
  maxBodyBytes: z
    .number()
    .int()
    .min(1024)
    .max(1_073_741_824)
    .default(64 * 1024 * 1024),
});

export type Settings = z.infer<typeof settingsSchema>;
export type SettingKey = keyof Settings;

export const defaultSettings: Settings = settingsSchema.parse({});

/** The version of the terms that whoever calls the gateway must have accepted at least. */
export function termsAtGateway({ version, grace }: Settings["terms"], now: number): number {
  return grace !== null && now < Date.parse(grace.until) ? grace.version : version;
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
