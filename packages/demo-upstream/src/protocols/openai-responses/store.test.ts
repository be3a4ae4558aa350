import { expect, it } from "vitest";
import { createResponseStore } from "./store.ts";

const entry = (id: string, bytes = 1) => ({
  response: { id, status: "completed", output: [{ type: "reasoning" as const, id: `rs_${id}`, summary: [] }] },
  input: [],
  bytes,
  isRunning: false,
});

it("forgets the oldest beyond a thousand", () => {
  const store = createResponseStore();
  for (let index = 0; index <= 1000; index++) store.keep(entry(`r${index}`));
  expect([store.find("r0"), store.find("r1")?.response.id, store.find("r1000")?.response.id]).toEqual([
    undefined,
    "r1",
    "r1000",
  ]);
});

it("forgets the oldest beyond 64 MB of questions, but never the newest", () => {
  const store = createResponseStore();
  for (const id of ["a", "b", "c"]) store.keep(entry(id, 30 * 1024 * 1024));
  expect([store.find("a"), store.find("b")?.bytes]).toEqual([undefined, 30 * 1024 * 1024]);
  store.keep(entry("d", 100 * 1024 * 1024));
  expect([store.find("c"), store.find("d")?.response.id]).toEqual([undefined, "d"]);
  expect(store.delete("d")).toBe(true);
  store.keep(entry("e", 60 * 1024 * 1024));
  expect(store.findItem("rs_e")).toBeDefined();
});
