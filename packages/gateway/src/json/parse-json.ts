/** The text of a number as it stood in its JSON; JSON.stringify writes it back unchanged. */
type RawNumber = { readonly rawJSON: string };
type ExactJson = {
  rawJSON(text: string): RawNumber;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};
const exact = JSON as unknown as ExactJson;

/** Possibly a number that a double would change: 16 digits and more, a fraction that ends in 0, an exponent. */
const suspicious = /\d{16}|\.\d*0(?!\d)|\d[eE]/;
/** Members whose values are passed on as JSON: arguments and results of tools, and schemas. */
const passedOn = new Set([
  "input",
  "args",
  "arguments",
  "response",
  "parameters",
  "input_schema",
  "schema",
  "parametersJsonSchema",
  "parameters_json_schema",
  "responseSchema",
  "response_schema",
  "responseJsonSchema",
  "response_json_schema",
  "format",
]);

/** A member of those names that holds numbers; an escape could spell such a name too. */
const holdsNumbers = new RegExp(`"(?:${[...passedOn].join("|")})"\\s*:\\s*[\\[{\\d-]|\\\\u`);

/**
 * Parses JSON. Within arguments, results and schemas no digit is lost: a number that JavaScript would print otherwise (12345678901234567890,
 * 1.0) is a raw one there, which JSON.stringify writes as it was (tc39.es/proposal-json-parse-with-source). Undefined: the text is not JSON.
 */
export function parseJson(text: string): unknown {
  try {
    // Two looks at the text cost much less than asking about every member, and times of day alone make the first one suspicious.
    if (!suspicious.test(text) || !holdsNumbers.test(text)) return JSON.parse(text);
    const value = exact.parse(text, (_key, each, { source }) =>
      typeof each === "number" && source !== undefined && String(each) !== source ? exact.rawJSON(source) : each,
    );
    return thawed(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    // Nested more deeply than can be walked: digits are the least worry of whoever reads this.
    if (error instanceof RangeError) return JSON.parse(text);
    throw error;
  }
}

/** Plain numbers everywhere but in what is passed on. */
function thawed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(thawed);
  if ("rawJSON" in value && Object.isFrozen(value)) return Number(value.rawJSON);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, passedOn.has(key) ? each : thawed(each)]));
}
