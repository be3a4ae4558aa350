import { mailSecurities } from "@lyceum/db";
import { z } from "zod";

const line = z.string().trim().max(200);
const email = z.email("mail.badAddress").max(200);

/** As typed; `password` empty: the present one stays. */
export const mailServerInput = z.object({
  host: line.min(1).regex(/^[A-Za-z0-9.:-]+$/, "mail.badHost"),
  port: z
    .string()
    .trim()
    .regex(/^\d{1,5}$/, "validation.notWhole")
    .transform(Number)
    .pipe(z.number().int().min(1).max(65_535)),
  security: z.enum(mailSecurities),
  username: line,
  password: z.string().max(500),
  withoutPassword: z.boolean(),
  /** An address, or a name and an address in angles. */
  fromAddress: line.regex(/^(?:[^<>\r\n"]*<)?[^\s<>@]+@[^\s<>@]+>?$/, "mail.badAddress"),
  isEnabled: z.boolean(),
});

export const testMailInput = z.object({ to: email });
