"use server";
import { setMailServer } from "@lyceum/db";
import { testLetter } from "@lyceum/mail";
import { getLocale } from "next-intl/server";
import type { Action } from "#server/action-result.ts";
import { defineAction } from "#server/define-action.ts";
import { getEnv } from "#server/env.ts";
import { mailServerInput, testMailInput } from "./schema.ts";
import { sendNow } from "./send.ts";
import { getSite } from "./site.ts";

export const saveMailServer = defineAction({
  role: "admin",
  input: mailServerInput,
  fields: { invalid_request: "password" },
  run: ({ tx, actor, input: { password, withoutPassword, ...server } }) => {
    const typed = withoutPassword ? "" : password === "" ? null : password;
    return setMailServer(tx, actor, getEnv().LYCEUM_SECRET, { ...server, password: typed });
  },
});

const noteTest = defineAction({
  role: "admin",
  input: testMailInput,
  audit: "mail-server.test",
  run: async ({ input, audit }) => {
    audit({ targetKind: "mail-server", targetId: "1" });
    return { to: input.to };
  },
});

/** A letter at once, to see that it arrives; what the server says where it doesn't. */
export const sendTestMail: Action<{ to: string }, { to: string }> = async (input) => {
  const noted = await noteTest(input);
  if (!noted.ok) return noted;
  return sendNow(noted.data.to, testLetter(await getLocale(), await getSite()), noted.data);
};
