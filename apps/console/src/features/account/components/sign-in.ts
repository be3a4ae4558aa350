import { signIn } from "next-auth/react";
import type { useTranslations } from "next-intl";

type Translate = ReturnType<typeof useTranslations<"account">>;
export type SignInAnswer = { ok: true } | { ok: false; message: string };

/** Signs in through next-auth and says in words why not; `auth.ts` sends `code:milliseconds` as the error. */
export async function signInWith(
  studentId: string,
  password: string,
  contact: string,
  translate: Translate,
): Promise<SignInAnswer> {
  let error: string | null | undefined;
  try {
    const answer = await signIn("credentials", { studentId, password, redirect: false });
    if (answer?.ok && !answer.error) return { ok: true };
    error = answer?.error;
  } catch (cause) {
    console.error(cause);
    return { ok: false, message: translate("signInFailed") };
  }
  const [code, retryAfterMs] = (error ?? "").split(":");
  const seconds = Math.max(1, Math.ceil(Number(retryAfterMs) / 1000));
  if (code === "sign_in_delayed") return { ok: false, message: translate("signInDelayed", { seconds }) };
  if (code === "account_disabled") return { ok: false, message: translate("accountDisabled", { contact }) };
  return { ok: false, message: translate(code === "invalid_credentials" ? "invalidCredentials" : "signInFailed") };
}

/** A full load, so that nothing drawn for the signed-out stays. */
export function enter(next: string): void {
  window.location.assign(next);
}
