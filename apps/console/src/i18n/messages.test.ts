import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { messages } from "./messages.ts";

const folder = new URL("../../messages/", import.meta.url);
const files = (locale: string) => readdirSync(new URL(`${locale}/`, folder)).sort();
const load = (locale: string, file: string): unknown =>
  JSON.parse(readFileSync(new URL(`${locale}/${file}`, folder), "utf8"));

/** `a.b` → the names of its arguments and tags, sorted. */
function shape(value: unknown, path = ""): [string, string[]][] {
  if (typeof value === "string") {
    const found = [...value.matchAll(/\{\s*(\w+)|<(\w+)>/g)].map((match) => match[1] ?? match[2] ?? "");
    return [[path, [...new Set(found.filter((name) => !isPluralBranch(value, name)))].sort()]];
  }
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) =>
    shape(inner, path ? `${path}.${key}` : key),
  );
}

/** The text of a plural branch, `one {item}`, is no argument. */
function isPluralBranch(message: string, name: string): boolean {
  return new RegExp(`(=\\d+|zero|one|two|few|many|other)\\s*\\{\\s*${name}\\b`).test(message);
}

describe("messages", () => {
  it("has the same files in both languages, all of them merged", () => {
    expect(files("zh")).toEqual(files("en"));
    expect(
      Object.keys(messages.en)
        .map((noun) => `${noun}.json`)
        .sort(),
    ).toEqual(files("en"));
    expect(Object.keys(messages.zh)).toEqual(Object.keys(messages.en));
  });

  it.each(files("en"))("%s has the same keys and arguments in both languages", (file) => {
    expect(Object.fromEntries(shape(load("zh", file)))).toEqual(Object.fromEntries(shape(load("en", file))));
  });

  it.each(files("zh"))("%s has no empty text", (file) => {
    for (const locale of ["zh", "en"]) {
      expect(JSON.stringify(load(locale, file)), `${locale}/${file}`).not.toMatch(/:\s*""/);
    }
  });
});
