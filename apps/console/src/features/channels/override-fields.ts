import type { ChannelOverrides } from "@lyceum/domain";

/** As typed; `isRemoved`: the header is taken away. */
export type HeaderField = { key: number; name: string; value: string; isRemoved: boolean };
/** As typed; `value` is JSON, or else a text. */
export type BodyField = { key: number; path: string; value: string; mode: "force" | "fill" | "remove" };
export type OverrideFields = { headers: HeaderField[]; body: BodyField[] };

/** What is stored, as it would be typed. */
export function overrideFields({ headers, body }: ChannelOverrides): OverrideFields {
  return {
    headers: headers.map(({ name, value }, key) => ({ key, name, value: value ?? "", isRemoved: value === null })),
    body: body.map(({ path, value, isForced }, key) => ({
      key,
      path,
      value: value === undefined ? "" : textOf(value),
      mode: value === undefined ? "remove" : isForced ? "force" : "fill",
    })),
  };
}

/** What was typed, to be checked and stored; rows without a name are left out. */
export function typedOverrides({ headers, body }: OverrideFields): ChannelOverrides {
  return {
    headers: headers.flatMap(({ name, value, isRemoved }) =>
      name.trim() === "" ? [] : [{ name: name.trim(), value: isRemoved ? null : value.trim() }],
    ),
    body: body.flatMap(({ path, value, mode }) => {
      if (path.trim() === "") return [];
      const isForced = mode !== "fill";
      return [{ path: path.trim(), isForced, ...(mode !== "remove" && { value: jsonOf(value) }) }];
    }),
  };
}

/** A text that would be read as something else in JSON keeps its quotes. */
function textOf(value: unknown): string {
  return typeof value === "string" && jsonOf(value) === value ? value : JSON.stringify(value);
}

function jsonOf(text: string) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
