import "server-only";
import { AppError, type ErrorCode } from "@lyceum/domain";
import { getLocale } from "next-intl/server";
import type { AnyTranslator } from "#i18n/validation.ts";
import type { ActionResult } from "./action-result.ts";

/** Which form field an error code belongs to, so that its sentence stands there. */
export type FieldOfCode = Partial<Record<ErrorCode, string>>;

/**
 * What the viewer hears of something thrown: the public sentence of an AppError, else "internal". Details and causes
 * go to the log only.
 */
export async function failureOf(
  thrown: unknown,
  translate: AnyTranslator,
  fields: FieldOfCode = {},
): Promise<Extract<ActionResult<never>, { ok: false }>> {
  if (!(thrown instanceof AppError) || thrown.code === "internal") {
    console.error("action failed", thrown);
    return { ok: false, code: "internal", message: translate("errors.internal") };
  }
  if (thrown.detail !== undefined || thrown.cause !== undefined) console.error("action refused", thrown.detail, thrown);
  const message = thrown.sentence(await getLocale());
  const field = fields[thrown.code];
  return {
    ok: false,
    code: thrown.code,
    message,
    ...(field === undefined ? {} : { fieldErrors: { [field]: message } }),
  };
}
