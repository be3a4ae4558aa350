import { noticeKinds } from "@lyceum/domain";
import { expect, it } from "vitest";
import { kindsFor } from "./kinds.ts";

it("lets an administrator who teaches choose every kind there is, and a student none that is only for staff", () => {
  expect(kindsFor({ isAdmin: true, isInCourse: true, isStaff: true }).sort()).toEqual([...noticeKinds].sort());
  const student = kindsFor({ isAdmin: false, isInCourse: true, isStaff: false });
  expect(student).toContain("course-funded");
  expect(student).not.toContain("course-ask");
  expect(student).not.toContain("model-lost");
});
