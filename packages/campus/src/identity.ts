import { CampusFailure } from "./failure.ts";
import type { CampusConfig } from "./provider.ts";

/** What a provider says under one name: texts, in the order they came. */
export type Attributes = ReadonlyMap<string, readonly string[]>;

/**
 * The student ID out of what the provider says, without the suffix. One value and no other: an attribute with several doesn't say which of them this
 * person is. Whether it is a valid ID is for whoever keeps accounts.
 */
export function studentIdIn(attributes: Attributes, config: Pick<CampusConfig, "idAttribute" | "idSuffix">): string {
  const { idAttribute: name, idSuffix: suffix } = config;
  const values = (attributes.get(name) ?? []).filter((value) => value.trim() !== "");
  const [value] = values;
  if (value === undefined) throw new CampusFailure("no_id", `no ${name} among ${[...attributes.keys()].join(", ")}`);
  if (new Set(values).size > 1) throw new CampusFailure("id_invalid", `${name} has ${values.length} values`);
  const id = value.trim();
  // Letters of other scripts become A to Z as their case is changed, "ſ" and the Kelvin sign: another name must not become this one.
  if (!isAscii(id)) throw new CampusFailure("id_invalid", `${name} has letters beyond A to Z`);
  if (suffix === "") return id;
  // Whoever comes from another domain may have the same name there.
  if (!id.toLowerCase().endsWith(suffix.toLowerCase()) || id.length === suffix.length) {
    throw new CampusFailure("id_invalid", `${name} does not end in ${suffix}`);
  }
  return id.slice(0, -suffix.length);
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** Names under which providers keep a person's name, the likeliest first. */
const usualNames = ["name", "displayName", "cn", "user_name", "userName", "xm", "XM"];

/** The person's name, or null. */
export function nameIn(attributes: Attributes, { nameAttribute }: Pick<CampusConfig, "nameAttribute">): string | null {
  const names = nameAttribute === "" ? usualNames : [nameAttribute];
  for (const name of names) {
    const value = attributes.get(name)?.find((each) => each.trim() !== "");
    if (value !== undefined) return value.trim();
  }
  return null;
}

/** Claims or JSON attributes as texts; what is neither text, number, boolean nor a list of these says nothing. */
export function attributesOf(claims: Readonly<Record<string, unknown>>): Attributes {
  return new Map(
    Object.entries(claims).flatMap(([name, value]) => {
      const texts = (Array.isArray(value) ? value : [value]).filter(isPlain).map(String);
      return texts.length === 0 ? [] : [[name, texts] as const];
    }),
  );
}

/** A number stands for an ID only where it is one exactly: 12 digits are, 20 are not. */
function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isSafeInteger(value);
}
