import { z } from "zod";

/** YYYY-MM-DD in the site's zone. */
const day = z.string().refine((text) => z.iso.date().safeParse(text).success, "courses.dateWrong");
const optionalDay = z.union([z.literal(""), day]);

export const createInput = z.object({
  code: z.string().trim().min(1).max(32),
  name: z.string().trim().min(1).max(100),
  firstDay: optionalDay,
  lastDay: day,
});
