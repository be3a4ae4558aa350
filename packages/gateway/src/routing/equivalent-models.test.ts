import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Comparable, equivalentModels } from "./equivalent-models.ts";

const price = (nanos: bigint) => ({ inputNanos: nanos, outputNanos: nanos });
const model = (name: string, changes: Partial<Comparable> = {}): Comparable => ({
  name,
  vendor: "",
  capabilities: [],
  contextTokens: 32_000,
  price: price(100n),
  ...changes,
});
const named = (one: Comparable, others: readonly Comparable[]) => equivalentModels(one, others).map(({ name }) => name);

describe("equivalentModels", () => {
  it("can do all that the other can, is priced, and of its kind", () => {
    const one = model("one", { capabilities: ["vision", "tools"] });
    const others = [
      one,
      model("text"),
      model("vl", { capabilities: ["tools", "vision", "audio"] }),
      model("free-of-a-price", { capabilities: ["tools", "vision"], price: null }),
      model("embedder", { capabilities: ["tools", "vision", "embedding"] }),
    ];
    expect(named(one, others)).toEqual(["vl"]);
    expect(named(model("e", { capabilities: ["embedding"] }), others)).toEqual(["embedder"]);
  });

  it("names as long a context first, then the nearest price, then the same vendor", () => {
    const others = [
      model("b-short", { contextTokens: 8_000 }),
      model("c-dear", { price: price(10_000n) }),
      model("d-stranger", { vendor: "x" }),
      model("e-unknown-context", { contextTokens: null }),
    ];
    expect(named(model("a"), others)).toEqual(["e-unknown-context", "d-stranger", "b-short", "c-dear"]);
  });

  it("never names the model itself or one that can do less, whatever the models", () => {
    const any = fc.record({
      name: fc.constantFrom("a", "b", "c", "d"),
      vendor: fc.constantFrom("x", "y"),
      capabilities: fc.subarray(["vision", "tools", "audio", "embedding"]),
      contextTokens: fc.option(fc.nat()),
      price: fc.option(fc.record({ inputNanos: fc.bigInt(0n, 99n), outputNanos: fc.bigInt(0n, 99n) })),
    });
    fc.assert(
      fc.property(any, fc.array(any), (one, others) => {
        for (const found of equivalentModels(one, others)) {
          expect(found.name).not.toBe(one.name);
          for (const each of one.capabilities) expect(found.capabilities).toContain(each);
        }
      }),
    );
  });
});
