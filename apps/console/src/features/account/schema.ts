import { MIN_PASSWORD_LENGTH } from "@lyceum/domain";
import { z } from "zod";

const password = z.string().min(MIN_PASSWORD_LENGTH).max(200);
const mustAgree = z.literal("on", "account.mustAgree");
/** May be left out: whoever has none proves the ID later. */
const activationCode = z.string().trim().max(64).optional();
const termsVersion = z.coerce.number().int().min(1);

export const registerInput = z.object({
  studentId: z.string().trim().min(1).max(64),
  name: z.string().trim().min(1).max(64),
  password,
  agree: mustAgree,
  termsVersion,
  activationCode,
});

export const claimInput = z.object({ activationCode: z.string().trim().min(1).max(64) });

export const acceptTermsInput = z.object({ agree: mustAgree, termsVersion });

export const changePasswordInput = z.object({ currentPassword: z.string().min(1).max(1024), newPassword: password });
