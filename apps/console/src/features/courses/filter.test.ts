import { describe, expect, it } from "vitest";
import { filterOf, filterParams, memberHref, readMemberView, sortHref } from "./filter.ts";

const member = "0192f0c4-0000-7000-8000-000000000001";

describe("readMemberView", () => {
  it("takes students by their ID where the address says nothing, or nonsense", () => {
    const nonsense = {
      use: "often",
      standing: "proven",
      who: "all",
      sort: "key",
      page: "-1",
      member: "1",
      at: "today",
    };
    expect(readMemberView(nonsense)).toEqual(readMemberView({}));
    expect(filterOf(readMemberView({}))).toMatchObject({
      role: "student",
      state: "active",
      sort: "studentId",
      page: 1,
    });
  });

  it("leaves out of a search what no text in the database has", () => {
    expect(readMemberView({ q: "林\u0000", section: "\u0000" })).toMatchObject({ search: "林", section: undefined });
    expect(readMemberView({ q: `${"a".repeat(99)}😀` }).search).toBe("a".repeat(99));
  });

  it("reads back what memberHref wrote", () => {
    const view = readMemberView({
      q: "林",
      section: "物理 2601",
      use: "low",
      sort: "spent",
      order: "desc",
      page: "3",
      member,
    });
    const href = memberHref("c", view, { at: "2026-10-14" });
    const params = Object.fromEntries(new URL(href, "http://x").searchParams);
    expect(readMemberView(params)).toEqual({ ...view, at: "2026-10-14" });
  });
});

describe("memberHref", () => {
  it("leads back to page 1 when a filter changes, and stays when only the sheet does", () => {
    const view = readMemberView({ page: "3" });
    expect(memberHref("c", view, { use: "unused" })).toBe("/courses/c?use=unused");
    expect(memberHref("c", view, { member })).toBe(`/courses/c?page=3&member=${member}`);
  });

  it("forgets the day with the member", () => {
    const view = readMemberView({ member, at: "2026-10-14" });
    expect(memberHref("c", view, { member: undefined })).toBe("/courses/c");
  });
});

it("sorts money downwards first, and turns round after", () => {
  const first = sortHref("c", readMemberView({}), "spent");
  expect(first).toBe("/courses/c?sort=spent&order=desc");
  expect(sortHref("c", readMemberView({ sort: "spent", order: "desc" }), "spent")).toBe("/courses/c?sort=spent");
});

it("keeps who is ticked while only order and page change", () => {
  const plain = filterParams(readMemberView({ q: "a", section: "1" }));
  expect(filterParams(readMemberView({ q: "a", section: "1", sort: "spent", page: "2", member }))).toEqual(plain);
  expect(filterParams(readMemberView({ q: "a", section: "1", use: "low" }))).not.toEqual(plain);
});
