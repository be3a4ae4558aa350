"use server";
import {
  beginEmail,
  confirmEmail as confirmIn,
  endOwnSessions,
  forgetEmail,
  removeEmail as removeIn,
  setMailOff,
  setOwnLocale,
} from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { verificationLetter } from "@lyceum/mail";
import { getLocale } from "next-intl/server";
import { sendNow } from "#features/mail/send.ts";
import { getSite } from "#features/mail/site.ts";
import type { Action } from "#server/action-result.ts";
import { getDb } from "#server/db.ts";
import { defineAction } from "#server/define-action.ts";
import { emailInput, mailKindsInput, nothingInput, tokenInput } from "./schema.ts";

const begin = defineAction({
  role: "any",
  input: emailInput,
  fields: { invalid_request: "email" },
  run: async ({ tx, actor, input }) => {
    const site = await getSite();
    if (site.url === "") {
      const reason_zh = "管理员还没有填写站点地址，邮件里无法放链接。";
      const reason_en = "the administrator has not said where this site is, so that a mail can’t carry a link.";
      throw new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
    }
    await setOwnLocale(tx, actor.id, await getLocale());
    const { token } = await beginEmail(tx, { userId: actor.id, email: input.email });
    return { userId: actor.id, token, letter: verificationLetter(token, await getLocale(), site) };
  },
});

/** Sends the link that proves an address. What it carries goes there and nowhere else. */
export const askEmail: Action<{ email: string }, { email: string }> = async (input) => {
  const begun = await begin(input);
  if (!begun.ok) return begun;
  const { letter, ...pending } = begun.data;
  const email = input.email.trim();
  const sent = await sendNow(email, letter, { email });
  // Nothing has gone anywhere: the page must not say that a link did, nor keep the next address waiting for a minute.
  if (!sent.ok) await forgetEmail(getDb(), pending);
  return sent;
};

export const confirmEmail = defineAction({
  role: "any",
  input: tokenInput,
  run: async ({ tx, actor, input }) => {
    const { claimed } = await confirmIn(tx, actor, { userId: actor.id, token: input.token });
    return { courses: claimed.length };
  },
});

export const removeEmail = defineAction({
  role: "any",
  input: nothingInput,
  run: ({ tx, actor }) => removeIn(tx, actor, { userId: actor.id }),
});

/** In the console everything is told; these say what also goes by mail. */
export const setMailKinds = defineAction({
  role: "any",
  input: mailKindsInput,
  run: ({ tx, actor, input }) => setMailOff(tx, actor.id, input.off),
});

/** This session ends too. */
export const signOutEverywhere = defineAction({
  role: "any",
  endsSession: () => true,
  input: nothingInput,
  run: ({ tx, actor }) => endOwnSessions(tx, actor, { userId: actor.id }),
});
