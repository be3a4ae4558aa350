import { noticeKinds } from "@lyceum/domain";
import { z } from "zod";

export const emailInput = z.object({ email: z.string().trim().pipe(z.email("mail.badAddress").max(200)) });
/** What the link of a mail carries. */
export const tokenInput = z.object({ token: z.string().min(1).max(100) });
export const mailKindsInput = z.object({ off: z.array(z.enum(noticeKinds)) });
export const nothingInput = z.object({ sure: z.literal(true) });
