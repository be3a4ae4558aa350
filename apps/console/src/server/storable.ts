/**
 * Input with every text in it as PostgreSQL can keep it: without NUL, which nobody types and some programs leave in what is copied from them, and with
 * halves of characters replaced. Both would otherwise end an act as an error of ours that names no field.
 */
export function storable(input: unknown): unknown {
  if (typeof input === "string") return input.replaceAll("\0", "").toWellFormed();
  if (Array.isArray(input)) return input.map(storable);
  if (input === null || typeof input !== "object" || Object.getPrototypeOf(input) !== Object.prototype) return input;
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, storable(value)]));
}
