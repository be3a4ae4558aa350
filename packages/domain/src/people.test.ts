import { describe, expect, it } from "vitest";
import { checkPassword, parseStudentId, personNameSchema } from "./people.ts";

describe("parseStudentId", () => {
  it.each([
    ["2025001", "2025001"],
    [" 00123456 ", "00123456"],
    ["pb2026-01", "PB2026-01"],
  ])("keeps %j as text, zeros and all", (text, id) => expect(parseStudentId(text)).toBe(id));

  it.each(["", "abc", "-1234", "1234-", "1.2E+11", "学号2025", "a".repeat(33), "12 34", "2025001;drop"])(
    "refuses %j",
    (text) => expect(() => parseStudentId(text)).toThrow(expect.objectContaining({ code: "invalid_student_id" })),
  );
});

describe("checkPassword", () => {
  it.each(["short", "1234567890", "aaaaaaaaaaaa", "password123", "x2025001yy!", "qwertyuiop1", ""])(
    "refuses %j",
    (password) =>
      expect(() => checkPassword(password, "2025001")).toThrow(expect.objectContaining({ code: "weak_password" })),
  );
  it.each(["correct horse", "热力学第二定律与麦克斯韦", "tR7-qm2-Lp9"])("takes %j", (password) =>
    expect(() => checkPassword(password, "2025001")).not.toThrow(),
  );
});

describe("personNameSchema", () => {
  it("trims, and refuses control and direction characters", () => {
    expect(personNameSchema.parse("  张三 ")).toBe("张三");
    for (const name of ["", "   ", "a\u0000b", "a\u202eb", "a\ud83d", "x".repeat(65)])
      expect(personNameSchema.safeParse(name).success).toBe(false);
  });
});
