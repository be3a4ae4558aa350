"use server";
import { createCourse, getSettings } from "@lyceum/db";
import { parseDay, startOfDay } from "#i18n/zoned-day.ts";
import { defineAction } from "#server/define-action.ts";
import { createInput } from "./schema.ts";

// Courses have roles of their own: every act here asks for them by requireCourseRole, inside of what it calls.

/** The pool is empty until an admin funds it. */
export const createNewCourse = defineAction({
  role: "admin",
  input: createInput,
  fields: { name_taken: "code" },
  run: async ({ tx, actor, input }) => {
    const { timeZone } = await getSettings(tx);
    const { code, name } = input;
    const startsAt = parseDay(input.firstDay, timeZone);
    const { id } = await createCourse(tx, actor, { code, name, startsAt, endsAt: endOfDay(input.lastDay, timeZone) });
    return { id };
  },
});

/** The last second of a day: "until the 17th" includes the 17th. */
function endOfDay(text: string, timeZone: string): Date {
  const day = parseDay(text, timeZone);
  if (day === null) throw new Error("the schema lets only days through");
  return new Date(startOfDay(day, timeZone, 1).getTime() - 1000);
}
