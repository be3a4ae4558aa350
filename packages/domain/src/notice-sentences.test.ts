import { describe, expect, it } from "vitest";
import { noticeWords } from "./notice-sentences.ts";
import { noticeKinds } from "./notices.ts";

const facts = {
  ...{ percent: 80, left: "4", of: "20.5", name: "lab", days: 7, model: "qwen", on: "2026-12-12", course: "PHYS" },
  ...{
    needed: "40",
    available: "39.123456",
    who: "张三",
    amount: "20",
    reason: "final project",
    granted: true,
    by: "李四",
  },
  ...{
    until: "2027-01-17",
    prefix: "sk-ly-AbCd",
    zh: "今晚维护",
    en: "Maintenance",
    cause: "hard",
    error: "404",
    people: 3,
  },
};

describe("sentences of notices", () => {
  it.each(noticeKinds)("%s says in both languages what it is about, and leaves no hole", (kind) => {
    for (const language of ["zh", "en"] as const) {
      const { title, body } = noticeWords(kind, facts, language, "¥");
      expect(title.length).toBeGreaterThan(3);
      expect(title + body).not.toMatch(/undefined|NaN|¥\.|\{|\}/);
    }
  });

  it("name amounts with their sign, and days as people write them", () => {
    expect(noticeWords("course-funded", facts, "zh", "¥").title).toBe("课程 PHYS 给你 ¥20.00，有效至 2027年1月17日");
    expect(noticeWords("course-funded", facts, "en", "¥").title).toBe(
      "The course PHYS gave you ¥20.00, until 17 Jan 2027",
    );
    expect(noticeWords("course-allowance-missed", facts, "en", "¥").body).toBe(
      "¥40.00 is needed, and its pool has ¥39.1234.",
    );
  });

  it("tell a key that was frozen from a former one that ended, whose successor goes on", () => {
    const leaked = { name: "lab", prefix: "sk-ly-AbCd…wxyz" };
    expect(noticeWords("key-leaked", leaked, "zh", "¥").title).toBe("密钥「lab」（sk-ly-AbCd…wxyz）已停用：它被公开了");
    const { title, body } = noticeWords("key-leaked", { ...leaked, former: true }, "en", "¥");
    expect(title).toBe("The former secret of the key “lab” (sk-ly-AbCd…wxyz) has ended: it became public");
    expect(body).toContain("goes on");
  });

  it("say why a request was decided so, in the words of whoever did", () => {
    const refused = { ...facts, granted: false, answer: "写清楚用途" };
    expect(noticeWords("course-ask-decided", refused, "zh", "¥").body).toBe("李四：写清楚用途");
    expect(noticeWords("course-ask-decided", refused, "en", "¥").body).toBe("李四: 写清楚用途");
  });

  it("say of a kind that nobody knows any more at least its name", () => {
    expect(noticeWords("of-old", facts, "en", "¥")).toEqual({ title: "of-old", body: "" });
  });
});
