import { describe, expect, it } from "vitest";
import { healthHref, readHealthView } from "./filter.ts";

const cell = "0199e3a0-0000-7000-8000-000000000000";

describe("the health page's address", () => {
  it("gives back what it was made of, and nothing for nonsense", () => {
    const search = { q: "glm", broken: "1", vendor: "智谱", channel: cell, page: "3", cell, by: "hand" };
    const url = new URL(healthHref(readHealthView(search)), "http://x");
    expect(Object.fromEntries(url.searchParams)).toEqual(search);
    expect(readHealthView({ cell: "x", page: "-1", by: "me", broken: "yes" })).toEqual(readHealthView({}));
    expect(healthHref(readHealthView({}))).toBe("/admin/health");
  });

  it("leads to page 1 with another filter, and stays on the page with another sheet", () => {
    const view = readHealthView({ page: "3", cell });
    expect(healthHref(view, { broken: true })).toBe(`/admin/health?broken=1&cell=${cell}`);
    expect(healthHref(view, { cell: undefined })).toBe("/admin/health?page=3");
  });
});
