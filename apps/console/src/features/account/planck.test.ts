import { describe, expect, it } from "vitest";
import { peakWavelength, relativeRadiance } from "./planck.ts";

describe("the figure beside the sign-in", () => {
  it("is normalised to the peak at 5778 K", () => {
    expect(relativeRadiance(peakWavelength(5778), 5778)).toBeCloseTo(1, 12);
  });
  it("has its maximum where Wien's law says, and peaks that grow with the fifth power of temperature", () => {
    const peak = peakWavelength(4000);
    expect(relativeRadiance(peak, 4000)).toBeGreaterThan(relativeRadiance(peak * 0.99, 4000));
    expect(relativeRadiance(peak, 4000)).toBeGreaterThan(relativeRadiance(peak * 1.01, 4000));
    expect(relativeRadiance(peak, 4000)).toBeCloseTo((4000 / 5778) ** 5, 6);
  });
});
