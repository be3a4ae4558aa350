import type { z } from "zod";

/** The part of next-intl's root translator that is needed here. */
export interface AnyTranslator {
  (key: string, values?: Record<string, string | number>): string;
  has(key: string): boolean;
}

interface IssueLike {
  code?: string;
  message: string;
  path: PropertyKey[];
  origin?: string;
  format?: string;
  minimum?: number | bigint;
  maximum?: number | bigint;
  input?: unknown;
  expected?: string;
  keys?: string[];
  /** What a schema's own sentence names. */
  params?: Record<string, string | number>;
}

/** The message key (under `validation`) of a zod issue that brings no key of its own. */
function keyOf(issue: IssueLike): string {
  const counted = issue.origin === "array" || issue.origin === "set";
  switch (issue.code) {
    case "too_small":
      if (issue.origin === "string") return Number(issue.minimum) <= 1 ? "required" : "tooShort";
      return counted ? "tooFew" : "tooSmall";
    case "too_big":
      if (issue.origin === "string") return "tooLong";
      return counted ? "tooMany" : "tooLarge";
    case "invalid_type":
      if (issue.expected === "int") return "notWhole";
      if (issue.expected === "number" || issue.expected === "bigint") return "notANumber";
      if (issue.expected === "date") return "invalidDate";
      return "required";
    case "invalid_format":
      if (issue.format === "url") return "invalidUrl";
      return issue.format === "date" || issue.format === "datetime" ? "invalidDate" : "invalid";
    case "invalid_value":
      return "notAChoice";
    case "unrecognized_keys":
      return "unknownField";
    default:
      return "invalid";
  }
}

/** One sentence for one issue. A schema may give a message key instead of a sentence: `z.string().regex(…, "keys.badName")`. */
export function issueMessage(translate: AnyTranslator, issue: z.core.$ZodIssue): string {
  const details = issue as IssueLike;
  const values: Record<string, string | number> = { ...details.params, keys: details.keys?.join(", ") ?? "" };
  for (const name of ["minimum", "maximum"] as const) {
    const value = details[name];
    if (value !== undefined) values[name] = typeof value === "bigint" ? value.toString() : value;
  }
  const own = /^\w+(\.\w+)+$/.test(details.message) && translate.has(details.message);
  return translate(own ? details.message : `validation.${keyOf(details)}`, values);
}

/** The first sentence for each field, by dotted path (`models.0.name`); issues of the whole form stand under "". */
export function fieldErrors(translate: AnyTranslator, error: z.ZodError): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) errors[issue.path.join(".")] ??= issueMessage(translate, issue);
  return errors;
}
