/** siunitx in what KaTeX has: `\kilo\metre\per\second\squared` → `\mathrm{km}\,\mathrm{s}^{-2}`. */
const prefixes: Record<string, string> = {
  quecto: "q",
  ronto: "r",
  yocto: "y",
  zepto: "z",
  atto: "a",
  femto: "f",
  pico: "p",
  nano: "n",
  micro: "µ",
  milli: "m",
  centi: "c",
  deci: "d",
  deca: "da",
  hecto: "h",
  kilo: "k",
  mega: "M",
  giga: "G",
  tera: "T",
  peta: "P",
  exa: "E",
  zetta: "Z",
  yotta: "Y",
};

const units: Record<string, string> = {
  metre: "m",
  meter: "m",
  second: "s",
  gram: "g",
  ampere: "A",
  kelvin: "K",
  mole: "mol",
  candela: "cd",
  hertz: "Hz",
  newton: "N",
  pascal: "Pa",
  joule: "J",
  watt: "W",
  coulomb: "C",
  volt: "V",
  farad: "F",
  ohm: "Ω",
  siemens: "S",
  weber: "Wb",
  tesla: "T",
  henry: "H",
  lumen: "lm",
  lux: "lx",
  becquerel: "Bq",
  gray: "Gy",
  sievert: "Sv",
  degreeCelsius: "°C",
  celsius: "°C",
  degree: "°",
  arcminute: "′",
  arcsecond: "″",
  electronvolt: "eV",
  minute: "min",
  hour: "h",
  day: "d",
  year: "yr",
  litre: "L",
  liter: "L",
  tonne: "t",
  angstrom: "Å",
  bar: "bar",
  atm: "atm",
  gauss: "G",
  parsec: "pc",
  dalton: "Da",
  radian: "rad",
  steradian: "sr",
  percent: "\\%",
  um: "µm",
  us: "µs",
  kohm: "kΩ",
  Mohm: "MΩ",
};

/** `3.0e-8` → `3.0\times 10^{-8}`; TeX is left as it is. */
export function formatNumber(text: string): string {
  const number = text.trim().replaceAll("+-", "\\pm ");
  const match = /^(.*?)[eE]([+-]?\d+)$/.exec(number);
  if (!match) return number;
  const power = `10^{${(match[2] ?? "").replace("+", "")}}`;
  return match[1] ? `${match[1]}\\times ${power}` : power;
}

function powerOf(name: string, next: string | undefined): string | null {
  if (name === "squared") return "2";
  if (name === "cubed") return "3";
  return (name === "tothe" || name === "raiseto") && next ? next : null;
}

/** Units by name, or as they are written (`m/s^2`, `kg.m`). */
export function formatUnit(text: string): string {
  if (!text.includes("\\"))
    return `\\mathrm{${text.replaceAll(".", "{\\cdot}").replaceAll("~", "\\,").replaceAll("%", "\\%")}}`;
  const parts: { symbol: string; power: string; per: boolean }[] = [];
  let [prefix, per, before] = ["", false, ""];
  for (const [, name = "", argument] of text.matchAll(/\\([A-Za-z]+)\s*(?:\{([^}]*)\})?/g)) {
    const last = parts.at(-1);
    const power = powerOf(name, argument);
    if (name === "per") per = true;
    else if (name === "square" || name === "cubic") before = name === "square" ? "2" : "3";
    else if (power && last) last.power = power;
    else if (prefixes[name] !== undefined) prefix = prefixes[name];
    else {
      parts.push({ symbol: `${prefix}${units[name] ?? name}`, power: before, per });
      [prefix, per, before] = ["", false, ""];
    }
  }
  return parts
    .map(({ symbol, power, per: below }) => {
      const exponent = `${below ? "-" : ""}${power || (below ? "1" : "")}`;
      return `\\mathrm{${symbol}}${exponent ? `^{${exponent}}` : ""}`;
    })
    .join("\\,");
}
