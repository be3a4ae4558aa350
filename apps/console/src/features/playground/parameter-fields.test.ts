import { describe, expect, it } from "vitest";
import {
  unbounded as noConstraints,
  numberFields,
  readExtra,
  readNumber,
  readStop,
  withParameter,
  writeStop,
} from "./parameter-fields.ts";
import { parametersSchema } from "./parameters.ts";

describe("parameters as they are typed", () => {
  it("are left out when nothing is typed, so that nothing is sent", () => {
    expect(readNumber("top_p", " ", noConstraints)).toBeUndefined();
    expect(withParameter({ top_p: 0.9, seed: 1 }, "top_p", undefined)).toEqual({ seed: 1 });
    expect(Object.keys(withParameter({}, "top_p", undefined))).toEqual([]);
  });

  it("keep to the bounds of the model, or of any model", () => {
    expect(readNumber("temperature", "1.5", noConstraints)).toBe(1.5);
    expect(readNumber("temperature", "1.5", { ...noConstraints, ranges: { temperature: { maximum: 1 } } })).toBeNull();
    expect(readNumber("max_tokens", "1.5", noConstraints)).toBeNull();
    expect(readNumber("seed", "abc", noConstraints)).toBeNull();
  });

  it("are taken only as the server's own schema takes them", () => {
    const texts = ["-3", "-2", "0", "0.5", "1", "1.5", "2", "3", "10000001", "9007199254740993", "1e400", "x"];
    for (const field of numberFields) {
      for (const text of texts) {
        const isValid = parametersSchema.shape[field].safeParse(Number(text)).success;
        expect(readNumber(field, text, noConstraints) !== null, `${field} ${text}`).toBe(isValid);
      }
    }
  });

  it("read stop sequences by lines and extra JSON without what the playground says itself", () => {
    expect(readStop("END\n\\n\\n")).toEqual(["END", "\n\n"]);
    expect(writeStop(["END", "\n\n"])).toBe("END\n\\n\\n");
    expect(readExtra('{"top_k": 20}')).toEqual({ top_k: 20 });
    expect(readExtra('{"model": "x"}')).toBeNull();
    expect(readExtra("{")).toBeNull();
  });
});
