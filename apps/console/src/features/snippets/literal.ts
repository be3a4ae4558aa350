/** What a file holds, as text or bytes, at the place of a value. */
export class FileData {
  readonly file: string;
  readonly form: "base64" | "bytes";
  /** In front of the base64. */
  readonly prefix: string;

  constructor(file: string, form: "base64" | "bytes", prefix = "") {
    this.file = file;
    this.form = form;
    this.prefix = prefix;
  }
}

/** A piece of code at the place of a value. */
export class Code {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Values as a request has them, some of which only the running code knows. Undefined: left out. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | FileData
  | Code
  | readonly Value[]
  | { readonly [key: string]: Value };

type Language = {
  readonly constant: (value: boolean | null) => string;
  readonly name: (key: string) => string;
  readonly file: (data: FileData) => string;
};

const quote = (text: string) => JSON.stringify(text);
const withPrefix = ({ prefix }: FileData, text: string) => (prefix === "" ? text : `${quote(prefix)} + ${text}`);

const languages = {
  python: {
    constant: (value) => (value === null ? "None" : value ? "True" : "False"),
    name: quote,
    file: (data) =>
      data.form === "bytes" ? `read(${quote(data.file)})` : withPrefix(data, `base64_of(${quote(data.file)})`),
  },
  javascript: {
    constant: String,
    name: (key) => (/^[A-Za-z_]\w*$/.test(key) ? key : quote(key)),
    file: (data) => withPrefix(data, `readFileSync(${quote(data.file)}, "base64")`),
  },
  json: {
    constant: String,
    name: quote,
    // Put in by whoever runs it: see curl.ts.
    file: (data) => quote(`${data.prefix}${fileMark(data.file)}`),
  },
} as const satisfies Record<string, Language>;

export type LanguageName = keyof typeof languages;

/** Wider than this, a list or an object gets a line for each of its members. */
const LINE = 64;

/** A value as source code; `indent` is what its first line stands behind. */
export function literal(value: Value, language: LanguageName, indent = ""): string {
  const { constant, name, file } = languages[language];
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return String(value);
  if (value instanceof FileData) return file(value);
  if (value instanceof Code) return value.text;
  if (value === undefined || value === null || typeof value === "boolean") return constant(value ?? null);
  const isList = Array.isArray(value);
  const write = (inner: string): string[] =>
    isList
      ? (value as readonly Value[]).map((each) => literal(each, language, inner))
      : entriesOf(value as { readonly [key: string]: Value }).map(
          ([key, each]) => `${name(key)}: ${literal(each, language, inner)}`,
        );
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  const short = write(indent).join(", ");
  if (short.length <= LINE && !short.includes("\n")) {
    const space = !isList && language === "javascript" && short !== "" ? " " : "";
    return `${open}${space}${short}${space}${close}`;
  }
  const inner = `${indent}${language === "python" ? "    " : "  "}`;
  const last = language === "json" ? "" : ",";
  return `${open}\n${write(inner)
    .map((line) => inner + line)
    .join(",\n")}${last}\n${indent}${close}`;
}

/** What of an object is not left out. */
export function entriesOf(value: { readonly [key: string]: Value }): [string, Value][] {
  return Object.entries(value).filter(([, each]) => each !== undefined);
}

/** Stands in JSON where a file's base64 belongs. */
export function fileMark(file: string): string {
  return `<base64:${file}>`;
}

/** Every place where a value takes something from a file. */
export function filesOf(value: Value): FileData[] {
  if (value instanceof FileData) return [value];
  if (value === null || typeof value !== "object" || value instanceof Code) return [];
  const members = Array.isArray(value) ? (value as readonly Value[]) : Object.values(value);
  return members.flatMap(filesOf);
}
