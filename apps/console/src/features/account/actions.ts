"use server";
import {
  acceptTerms as acceptTermsIn,
  changePassword as changePasswordIn,
  claimByCode,
  registerStudent,
} from "@lyceum/db";
import { defineAction, definePublicAction } from "#server/define-action.ts";
import { acceptTermsInput, changePasswordInput, claimInput, registerInput } from "./schema.ts";

export const register = definePublicAction({
  input: registerInput,
  fields: {
    student_id_taken: "studentId",
    invalid_student_id: "studentId",
    weak_password: "password",
    terms_required: "agree",
    invalid_request: "activationCode",
  },
  run: async ({ db, input, ip }) => {
    await registerStudent(db, { ...input, ip });
  },
});

/** An activation code from the teaching staff proves the student ID: courses and their money are then this person's. */
export const claimCourses = defineAction({
  role: "any",
  input: claimInput,
  fields: { invalid_request: "activationCode" },
  run: async ({ tx, actor, input }) => {
    const claimed = await claimByCode(tx, actor, { userId: actor.id, code: input.activationCode });
    return {
      courses: claimed.map(({ code }) => code),
      grantedNanos: claimed.reduce((sum, each) => sum + each.grantedNanos, 0n),
    };
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
  endsSession: () => true,
  run: async ({ tx, actor, input }) => {
    await changePasswordIn(tx, actor, { userId: actor.id, ...input });
  },
});
