"use server";
import { authProvider, CampusFailure } from "@lyceum/campus";
import {
  findCampusSecret,
  requireSiteAddress,
  setCampusProvider,
  signInByCampus,
  unlinkCampus as unlinkCampusIn,
} from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import type { ActionResult } from "#server/action-result.ts";
import { defineAction, definePublicAction } from "#server/define-action.ts";
import { getEnv } from "#server/env.ts";
import { getSettings } from "#server/settings.ts";
import { dropArrival, findArrival } from "./cookies.ts";
import { returnUrls } from "./flow.ts";
import { campusProviderInput, settleInput, unlinkInput } from "./schema.ts";
import { openSession } from "./session-cookie.ts";

const fields = { invalid_request: "clientSecret", site_address_missing: "kind" } as const;

export const saveCampusProvider = defineAction({
  role: "admin",
  input: campusProviderInput,
  fields,
  run: ({ tx, actor, input }) => setCampusProvider(tx, actor, getEnv().LYCEUM_SECRET, input),
});

const noteTry = defineAction({
  role: "admin",
  input: campusProviderInput,
  fields,
  audit: "campus-provider.test",
  keepsPage: true,
  run: async ({ tx, input, audit }) => {
    audit({ targetKind: "campus-provider", targetId: "1", targetName: input.address });
    await requireSiteAddress(tx, input.kind);
    return { ...input, clientSecret: await findCampusSecret(tx, getEnv().LYCEUM_SECRET, input) };
  },
});

/** Tries out what stands in the form, saved or not: is the server there, is it what it should be, does it take us? */
export async function tryCampusProvider(
  input: Parameters<typeof saveCampusProvider>[0],
): Promise<ActionResult<{ notes: string[] }>> {
  const noted = await noteTry(input);
  if (!noted.ok) return noted;
  const translate = await getTranslations("campus");
  try {
    const { here, oidc, cas } = await returnUrls();
    const isCas = noted.data.kind === "cas";
    const { notes } = await authProvider(noted.data).tryOut(isCas ? (cas ?? "") : oidc);
    const said = notes.map((note) => translate(`notes.${note}`));
    const site = cas === null ? here : new URL(cas).origin;
    if (isCas && site !== here) said.push(translate("notes.other_address", { here, site }));
    return { ok: true, data: { notes: said } };
  } catch (error) {
    if (!(error instanceof CampusFailure)) throw error;
    const why = translate(`tried.${error.code}`);
    return { ok: false, code: error.code, message: error.detail === "" ? why : `${why} (${error.detail})` };
  }
}

/** Whoever came back says whose the account was that is there already. Who came stands in the signed cookie, and nowhere else. */
export const settleArrival = definePublicAction({
  input: settleInput,
  keepsPage: true,
  run: async ({ db, input, deviceId, ip }): Promise<{ next: string } | { refusal: string }> => {
    const [arrival, translate, { contact }] = await Promise.all([findArrival(), getTranslations(), getSettings()]);
    if (arrival === null) return { refusal: translate("campus.failures.expired") };
    const choice = input.choice === "keep" ? { password: input.password } : "not-mine";
    const answer = await signInByCampus(db, arrival.person, { deviceId, ip }, choice);
    if (answer.ok) {
      await dropArrival();
      await openSession(answer.user);
      return { next: arrival.next };
    }
    switch (answer.code) {
      case "invalid_credentials":
        return { refusal: translate("campus.wrongPassword") };
      case "sign_in_delayed": {
        const seconds = Math.max(1, Math.ceil(answer.retryAfterMs / 1000));
        return { refusal: translate("account.signInDelayed", { seconds }) };
      }
      case "must_choose":
        return { refusal: translate("campus.needsPassword") };
      default:
        return { refusal: translate(`campus.failures.${answer.code}`, { contact: contact || "none" }) };
    }
  },
});

export const unlinkCampus = defineAction({
  role: "admin",
  input: unlinkInput,
  endsSession: ({ userId }, callerId) => userId === callerId,
  run: ({ tx, actor, input: { userId, who } }) =>
    unlinkCampusIn(tx, actor, { userId, isAnotherPerson: who === "another" }),
});
