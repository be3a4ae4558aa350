"use server";
import { getSettings } from "@lyceum/db";
import { parseDay } from "#i18n/zoned-day.ts";
import { defineAction } from "#server/define-action.ts";
import { untilInForce } from "#server/in-force.ts";
import { changedTerms } from "./changed-terms.ts";
import { saveSettings } from "./save.ts";
import {
  academicTermsInput,
  listWatchInput,
  localeInput,
  registrationInput,
  requestsInput,
  responsesInput,
  retentionInput,
  siteInput,
  termsInput,
} from "./schema.ts";

export const saveSite = untilInForce(
  defineAction({
    role: "admin",
    input: siteInput,
    run: ({ tx, actor, input: { zh, en, ...rest } }) => saveSettings(tx, actor, { siteName: { zh, en }, ...rest }),
  }),
);

export const saveRegistration = untilInForce(
  defineAction({
    role: "admin",
    input: registrationInput,
    run: ({ tx, actor, input }) => saveSettings(tx, actor, input),
  }),
);

/** Other words are another version, which everybody is asked to accept: the console at once, the gateway from a day on. */
export const saveTerms = untilInForce(
  defineAction({
    role: "admin",
    input: termsInput,
    run: async ({ tx, actor, input }) => {
      const { terms, timeZone } = await getSettings(tx);
      const until = input.gatewayFrom === "" ? null : parseDay(input.gatewayFrom, timeZone);
      return saveSettings(tx, actor, { terms: changedTerms(terms, { ...input, until }, new Date()) });
    },
  }),
);

export const saveAcademicTerms = untilInForce(
  defineAction({
    role: "admin",
    input: academicTermsInput,
    run: ({ tx, actor, input }) => {
      const academicTerms = input.terms.map(({ startsOn, endsOn, zh, en }) => ({
        ...(zh === "" ? {} : { name: { zh, en } }),
        startsOn,
        endsOn,
      }));
      return saveSettings(tx, actor, { academicTerms });
    },
  }),
);

export const saveLocale = untilInForce(
  defineAction({
    role: "admin",
    input: localeInput,
    run: ({ tx, actor, input }) => saveSettings(tx, actor, input),
  }),
);

export const saveRequests = untilInForce(
  defineAction({
    role: "admin",
    input: requestsInput,
    run: ({ tx, actor, input: { maxBodyMib, ...rest } }) =>
      saveSettings(tx, actor, { ...rest, maxBodyBytes: maxBodyMib }),
  }),
);

export const saveResponses = untilInForce(
  defineAction({
    role: "admin",
    input: responsesInput,
    run: ({ tx, actor, input }) => saveSettings(tx, actor, input),
  }),
);

export const saveListWatch = untilInForce(
  defineAction({
    role: "admin",
    input: listWatchInput,
    run: ({ tx, actor, input }) => saveSettings(tx, actor, input),
  }),
);

export const saveRetention = untilInForce(
  defineAction({
    role: "admin",
    input: retentionInput,
    run: ({ tx, actor, input }) => saveSettings(tx, actor, input),
  }),
);
