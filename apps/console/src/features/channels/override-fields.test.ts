import { channelOverridesSchema } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { overrideFields, typedOverrides } from "./override-fields.ts";

describe("overrides as typed", () => {
  it("come back as they are stored", () => {
    const stored = channelOverridesSchema.parse({
      headers: [
        { name: "x-a", value: "b" },
        { name: "user-agent", value: null },
      ],
      body: [
        { path: "a", value: 1 },
        { path: "b.c", value: "1", isForced: false },
        { path: "d", value: "word" },
        { path: "e", value: "" },
        { path: "f", value: { g: [null, true] } },
        { path: "h" },
      ],
    });
    expect(channelOverridesSchema.parse(typedOverrides(overrideFields(stored)))).toEqual(stored);
  });

  it("are JSON where they can be, else text; without a name they are nothing", () => {
    const body = (value: string) =>
      typedOverrides({ headers: [], body: [{ key: 0, path: " a ", value, mode: "force" }] });
    expect(body("0.6").body).toEqual([{ path: "a", isForced: true, value: 0.6 }]);
    expect(body("low").body).toEqual([{ path: "a", isForced: true, value: "low" }]);
    expect(
      typedOverrides({ headers: [{ key: 0, name: " ", value: "x", isRemoved: false }], body: [] }).headers,
    ).toEqual([]);
  });
});
