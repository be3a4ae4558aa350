import { scanObject } from "./json-scanner.ts";
import { type Fields, fieldsOf, invalid, type KnownFields } from "./plain-fields.ts";

/** The typed values of the fields that a decoder reads on sight. Each is null where the field is missing or null, and throws `invalid_request`. */
export class FieldValues {
  readonly #body: Buffer;
  readonly #fields: Pick<Fields, "byName">;
  readonly #path: string;
  readonly #start: number;

  /** `path` and `start`: of an object within the body. */
  constructor(body: Buffer, fields: Pick<Fields, "byName">, path = "", start = 0) {
    this.#body = body;
    this.#fields = fields;
    this.#path = path;
    this.#start = start;
  }

  has(name: string): boolean {
    return this.#fields.byName.has(name);
  }

  text(name: string): string | null {
    const json = this.#json(name);
    if (json === null) return null;
    if (!json.startsWith('"')) throw this.#refused(name, "应为字符串", "must be a string");
    return String(JSON.parse(json));
  }

  boolean(name: string): boolean | null {
    const json = this.#json(name);
    if (json === null) return null;
    if (json === "true") return true;
    if (json === "false") return false;
    throw this.#refused(name, "应为 true 或 false", "must be true or false");
  }

  /** A whole number from `least` to `most`. */
  count(name: string, most: number, least = 1): number | null {
    const json = this.#json(name);
    if (json === null) return null;
    const value = /^[-\d]/.test(json) ? Number(json) : Number.NaN;
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw this.#refused(name, `应为 ${least} 到 ${most} 的整数`, `must be a whole number from ${least} to ${most}`);
  }

  /** The value as JSON.parse gives it; undefined where it is missing. */
  value(name: string): unknown {
    const member = this.#fields.byName.get(name);
    return member === undefined ? undefined : JSON.parse(this.#slice(member.valueStart, member.valueEnd));
  }

  /** The fields of an object within this one. */
  object(name: string, known: KnownFields): FieldValues | null {
    const json = this.#json(name);
    if (json === null) return null;
    if (!json.startsWith("{")) throw this.#refused(name, "应为对象", "must be an object");
    const start = this.#start + (this.#fields.byName.get(name)?.valueStart ?? 0);
    const path = `${this.#path}${name}.`;
    const object = scanObject(Buffer.from(json));
    return new FieldValues(this.#body, { byName: fieldsOf(this.#body, object, known, path, start) }, path, start);
  }

  #json(name: string): string | null {
    const member = this.#fields.byName.get(name);
    if (member === undefined || this.#body[this.#start + member.valueStart] === 0x6e) return null;
    return this.#slice(member.valueStart, member.valueEnd);
  }

  #slice(start: number, end: number): string {
    return this.#body.toString("utf8", this.#start + start, this.#start + end);
  }

  #refused(name: string, zh: string, en: string) {
    const field = this.#path + name;
    return invalid(field, `字段 ${field} ${zh}。`, `the field ${field} ${en}.`);
  }
}
