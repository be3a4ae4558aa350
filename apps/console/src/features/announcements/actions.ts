"use server";
import {
  createAnnouncement,
  dismissAnnouncement as dismissIn,
  endAnnouncement as endIn,
  updateAnnouncement as updateIn,
} from "@lyceum/db";
import { parseMoment } from "#i18n/zoned-day.ts";
import { defineAction } from "#server/define-action.ts";
import { untilInForce } from "#server/in-force.ts";
import { getSettings } from "#server/settings.ts";
import { announceInput, announcementInput, changeInput } from "./schema.ts";

// Who may speak to whom is asked inside of what these call: staff to their course, administrators to all. What is said of a model is configuration.

export const announce = untilInForce(
  defineAction({
    role: "any",
    input: announceInput,
    once: true,
    run: async ({ tx, actor, input: { audience, subject, from, to, ...words } }) => {
      const { timeZone } = await getSettings();
      return createAnnouncement(tx, actor, {
        ...words,
        audience: { kind: audience, id: subject === "" ? null : subject },
        startsAt: parseMoment(from, timeZone),
        endsAt: parseMoment(to, timeZone),
      });
    },
  }),
);

export const changeAnnouncement = untilInForce(
  defineAction({
    role: "any",
    input: changeInput,
    run: async ({ tx, actor, input: { from, to, ...words } }) => {
      const { timeZone } = await getSettings();
      await updateIn(tx, actor, {
        ...words,
        startsAt: parseMoment(from, timeZone),
        endsAt: parseMoment(to, timeZone),
      });
      return {};
    },
  }),
);

export const endAnnouncement = untilInForce(
  defineAction({
    role: "any",
    input: announcementInput,
    run: async ({ tx, actor, input }) => {
      await endIn(tx, actor, input);
      return {};
    },
  }),
);

/** Remembered for the person, on every device. */
export const dismissAnnouncement = defineAction({
  role: "any",
  input: announcementInput,
  run: ({ tx, actor, input }) => dismissIn(tx, { userId: actor.id, id: input.id }),
});
