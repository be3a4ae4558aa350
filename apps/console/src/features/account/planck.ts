/** Second radiation constant hc/k in µm·K. */
const c2 = 14_387.77;

/** Black-body spectral radiance at a wavelength in µm and a temperature in K, in arbitrary units. */
function radiance(wavelength: number, kelvin: number): number {
  return wavelength ** -5 / (Math.exp(c2 / (wavelength * kelvin)) - 1);
}

const wien = 2897.77;
const peak = radiance(wien / 5778, 5778);

/** Radiance relative to the peak at 5778 K: 0 to 1. */
export function relativeRadiance(wavelength: number, kelvin: number): number {
  return radiance(wavelength, kelvin) / peak;
}

/** Wavelength in µm where the curve of this temperature has its peak. */
export function peakWavelength(kelvin: number): number {
  return wien / kelvin;
}

/** The plot area within the 560 × 400 figure, and its axes: 0 to 2.5 µm, 0 to 1. */
export const plot = { left: 46, right: 548, top: 36.6, bottom: 360, maxWavelength: 2.5 } as const;

export function plotX(wavelength: number): number {
  return plot.left + ((plot.right - plot.left) * wavelength) / plot.maxWavelength;
}

export function plotY(value: number): number {
  return plot.bottom - (plot.bottom - plot.top) * value;
}

/** An SVG path through the points. */
function path(points: [number, number][]): string {
  return points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

export function planckPath(kelvin: number): string {
  const points: [number, number][] = [];
  for (let step = 5; step <= 125; step += 1) {
    const wavelength = step / 50;
    points.push([plotX(wavelength), plotY(relativeRadiance(wavelength, kelvin))]);
  }
  return path(points);
}

/** The peaks of all temperatures from 5800 K down to 2300 K: Wien's displacement law. */
export function wienPath(): string {
  const points: [number, number][] = [];
  for (let kelvin = 5800; kelvin >= 2300; kelvin -= 100) {
    const wavelength = peakWavelength(kelvin);
    points.push([plotX(wavelength), plotY(relativeRadiance(wavelength, kelvin))]);
  }
  return path(points);
}
