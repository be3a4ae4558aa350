"use server";
import { acceptTerms as acceptTermsIn, changePassword as changePasswordIn, registerStudent } from "@lyceum/db";
import { defineAction, definePublicAction } from "#server/define-action.ts";
import { acceptTermsInput, changePasswordInput, registerInput } from "./schema.ts";

export const register = definePublicAction({
  input: registerInput,
  fields: {
    student_id_taken: "studentId",
    invalid_student_id: "studentId",
    weak_password: "password",
    terms_required: "agree",
  },
  run: async ({ db, input, ip }) => {
    const { studentId, name, password, termsVersion } = input;
    await registerStudent(db, { studentId, name, password, termsVersion, ip });
  },
});

export const acceptTerms = defineAction({
  role: "any",
  input: acceptTermsInput,
  beforePendingStep: true,
  run: async ({ tx, actor, input }) => {
    await acceptTermsIn(tx, actor, { userId: actor.id, version: input.termsVersion });
  },
});

/** Ends every session of this person, this one too. */
export const changePassword = defineAction({
  role: "any",
  input: changePasswordInput,
  fields: { invalid_credentials: "currentPassword", weak_password: "newPassword" },
  beforePendingStep: true,
  run: async ({ tx, actor, input }) => {
    await changePasswordIn(tx, actor, { userId: actor.id, ...input });
  },
});
