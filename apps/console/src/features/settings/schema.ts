import { z } from "zod";

const MIB = 1024 * 1024;
const MAX_LINES = 20;
const MAX_LINE = 500;

const text = z.string().trim().max(200);

/** As typed; an end slash is no part of it. */
const siteUrl = text
  .transform((typed) => typed.replace(/\/+$/, ""))
  .pipe(z.string().regex(/^(?:https?:\/\/[^\s/?#@]+)?$/, "settings.badSiteUrl"));
/** As siteUrl; it may stand below a path. */
const lobeUrl = text
  .transform((typed) => typed.replace(/\/+$/, ""))
  .pipe(z.string().regex(/^(?:https?:\/\/[^\s?#@]+)?$/, "settings.badLobeUrl"));
export const siteInput = z.object({ zh: text.min(1), en: text.min(1), contact: text, siteUrl, lobeUrl });
export const registrationInput = z.object({ registration: z.enum(["open", "closed"]) });

/** One line of the terms for each line typed; empty lines don't count. */
const lines = z
  .string()
  .max(20_000)
  .transform((typed) =>
    typed
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean),
  )
  .pipe(
    z
      .array(z.string().max(MAX_LINE, "settings.termsLineTooLong"))
      .min(1, "settings.termsEmpty")
      .max(MAX_LINES, "settings.termsTooMany"),
  );

export const termsInput = z
  .object({ zh: lines, en: lines, gatewayFrom: z.union([z.literal(""), z.iso.date()]) })
  .refine(({ zh, en }) => zh.length === en.length, { path: ["en"], message: "settings.termsUnequal" });

/** A date as a date field gives it; an empty one says that it is missing. */
const day = z.string().trim().min(1).pipe(z.iso.date());

const academicTerm = z.object({ startsOn: day, endsOn: day, zh: text, en: text });

/** In order, none overlapping. */
export const academicTermsInput = z
  .object({ terms: z.array(academicTerm).max(24) })
  .superRefine(({ terms }, context) => {
    for (const [i, term] of terms.entries()) {
      const wrong = (field: keyof typeof term, message: string) =>
        context.addIssue({ code: "custom", path: ["terms", i, field], message });
      if (term.endsOn < term.startsOn) wrong("endsOn", "settings.termBackwards");
      const former = terms[i - 1];
      if (former !== undefined && term.startsOn <= former.endsOn) wrong("startsOn", "settings.termOverlaps");
      if ((term.zh === "") !== (term.en === "")) wrong(term.zh === "" ? "zh" : "en", "settings.termNameBoth");
    }
  });

export const localeInput = z.object({
  currency: z
    .string()
    .trim()
    .toUpperCase()
    .min(1)
    .refine((code) => code === "" || Intl.supportedValuesOf("currency").includes(code), "settings.badCurrency"),
  timeZone: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .refine((zone) => zone === "" || isTimeZone(zone), "settings.badTimeZone"),
});

/** A number as typed; `notWhole` for anything but digits. */
const whole = (minimum: number, maximum: number) =>
  z
    .string()
    .trim()
    .min(1)
    .regex(/^(\d{1,12})?$/, "validation.notWhole")
    .transform(Number)
    .pipe(z.number().int().min(minimum).max(maximum));

export const requestsInput = z.object({
  usualOutputTokens: whole(16, 1_000_000),
  /** In MiB as typed, in bytes for the setting. */
  maxBodyMib: whole(1, 1024).transform((mib) => mib * MIB),
  allowUnpriced: z.boolean(),
});

/** Months as typed; nothing typed means for ever. */
export const retentionInput = z.object({
  usageRetentionMonths: z
    .string()
    .trim()
    .regex(/^(\d{1,3})?$/, "settings.badRetention")
    .transform((typed) => (typed === "" ? null : Number(typed)))
    .refine((months) => months === null || (months >= 13 && months <= 240), "settings.badRetention"),
});

/** Hours as typed; nothing typed means that nobody looks. */
export const listWatchInput = z.object({
  listWatchHours: z
    .string()
    .trim()
    .regex(/^(\d{1,3})?$/, "settings.badListWatch")
    .transform((typed) => (typed === "" ? null : Number(typed)))
    .refine((hours) => hours === null || (hours >= 1 && hours <= 720), "settings.badListWatch"),
});

/** Days as typed; nothing typed means that no answers are kept. */
export const responsesInput = z.object({
  responseRetentionDays: z
    .string()
    .trim()
    .regex(/^(\d{1,3})?$/, "settings.badResponseDays")
    .transform((typed) => (typed === "" ? null : Number(typed)))
    .refine((days) => days === null || (days >= 1 && days <= 365), "settings.badResponseDays"),
});

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
