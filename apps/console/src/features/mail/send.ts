import "server-only";
import { openMailServer } from "@lyceum/db";
import { type Letter, sendLetter } from "@lyceum/mail";
import { getTranslations } from "next-intl/server";
import type { ActionResult } from "#server/action-result.ts";
import { getDb } from "#server/db.ts";
import { getEnv } from "#server/env.ts";

/** Sends a letter now, outside of any transaction; a failure as what an action answers. */
export async function sendNow<Data>(to: string, letter: Letter, data: Data): Promise<ActionResult<Data>> {
  const translate = await getTranslations("mail");
  const server = await openMailServer(getDb(), getEnv().LYCEUM_SECRET);
  if (server === null) return { ok: false, code: "mail_off", message: translate("off") };
  const sent = await sendLetter(server, to, letter);
  if (sent.ok) return { ok: true, data };
  return {
    ok: false,
    code: "mail_failed",
    message: translate(`failed.${sent.fault ?? sent.kind}`, { error: sent.error }),
  };
}
