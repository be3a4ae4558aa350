import { describe, expect, it } from "vitest";
import { formatRequestId, idTime, newId, parseRequestId } from "./ids.ts";

describe("ids", () => {
  it("are UUIDv7 that sort by time", () => {
    const ids = [newId(1_000), newId(2_000), newId(3_000)];
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("say when they were made, unless they are of another kind", () => {
    expect(idTime(newId(1_790_000_000_123))).toEqual(new Date(1_790_000_000_123));
    expect(idTime("b8e1a2de-0f3c-4c11-9c58-0c4a3d9f3f10")).toBeNull();
  });

  it("are shown as request ids and read back", () => {
    const id = newId();
    expect(parseRequestId(formatRequestId(id))).toBe(id);
    expect(parseRequestId(id)).toBe(id);
    expect(parseRequestId("req_nonsense")).toBeNull();
  });
});
