import { announcementLevels, audienceKinds, MAX_ANNOUNCEMENT_LENGTH } from "@lyceum/domain";
import { z } from "zod";

const text = z.string().trim().max(MAX_ANNOUNCEMENT_LENGTH);
/** A day and a time in the campus's zone as a field gives them; nothing typed: at once, or without an end. */
const moment = z.union([z.literal(""), z.iso.datetime({ local: true, offset: false })], "validation.invalidDate");

const words = z.object({ level: z.enum(announcementLevels), zh: text, en: text, from: moment, to: moment });
const saysSomething = ({ zh, en }: { zh: string; en: string }) => zh !== "" || en !== "";
const missingWords = { path: ["zh"], message: "validation.required" };

/** `subject`: which course, group or model; "" for everybody. */
export const announceInput = words
  .extend({ audience: z.enum(audienceKinds), subject: z.string().max(64), tells: z.boolean() })
  .refine(saysSomething, missingWords)
  .refine(({ audience, subject }) => (audience === "all") === (subject === ""), {
    path: ["subject"],
    message: "validation.required",
  });
export const changeInput = words.extend({ id: z.uuid(), again: z.boolean() }).refine(saysSomething, missingWords);
export const announcementInput = z.object({ id: z.uuid() });
