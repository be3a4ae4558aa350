import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RunningList } from "./running-list.ts";

describe("the list of what is running", () => {
  it("holds what was added and not removed, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 60 }), (steps) => {
        const list = new RunningList<{ place: number; id: number }>();
        const items = Array.from({ length: 10 }, (_, id) => ({ place: -1, id }));
        const expected = new Set<number>();
        for (const id of steps) {
          const item = items[id];
          if (item === undefined) continue;
          if (expected.delete(id)) list.remove(item);
          else {
            expected.add(id);
            list.add(item);
          }
          expect(list.size).toBe(expected.size);
          expect(new Set(list.all().map((each) => each.id))).toEqual(expected);
        }
      }),
    );
  });
});
