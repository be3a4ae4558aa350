import type { Blocks } from "../../canonical/blocks.ts";
import { isRecord } from "../../json/is-record.ts";
import { type Loose, record, text } from "./loose.ts";
import { callSignature } from "./tool-signature.ts";

type Call = {
  readonly key: string;
  readonly extra: Loose;
  readonly isCustom: boolean;
  id: string;
  name: string;
  input: string;
  /** All of it so far, where the server gives no ids to tell calls apart by; null: it does. */
  given: string | null;
  isOpen: boolean;
};

/** Reads the calls of one choice, whole or in pieces that come in turns (case 43). */
export class ToolReader {
  readonly #blocks: Blocks;
  readonly #idPrefix: string;
  readonly #calls = new Map<string, Call>();
  /** The call that pieces with an index belong to. */
  readonly #byIndex = new Map<number, Call>();
  #last: Call | null = null;

  /** `idPrefix`: of the ids of calls that came without one. */
  constructor(blocks: Blocks, idPrefix: string) {
    this.#blocks = blocks;
    this.#idPrefix = idPrefix.replace(/[^a-zA-Z0-9_-]/g, "_");
  }

  get hasCalls(): boolean {
    return this.#calls.size > 0;
  }

  read(pieces: readonly unknown[], isWhole: boolean): void {
    for (const [position, piece] of pieces.entries()) {
      if (!isRecord(piece)) continue;
      const custom = record(piece.custom);
      const called = custom ?? record(piece.function) ?? {};
      const name = text(called.name);
      const index = isWhole ? position : piece.index;
      const call = this.#callOf(piece, indexOf(index), name, custom !== null);
      this.#add(call, text(piece.id), name, inputOf(custom === null ? called.arguments : custom.input));
    }
    if (isWhole) this.end();
  }

  /** The older `function_call`, of which there is at most one. */
  readFunction(called: Loose): void {
    const call = this.#calls.get("function") ?? this.#start("function", {}, false);
    this.#add(call, "", text(called.name), inputOf(called.arguments));
  }

  /** A call whose name never came is told all the same. */
  end(): void {
    for (const call of this.#calls.values()) if (!call.isOpen) this.#open(call);
  }

  /** Some servers give every call the index 0, others none: a new id with a name begins a new call. */
  #callOf(piece: Loose, index: number | null, name: string, isCustom: boolean): Call {
    const id = text(piece.id);
    if (index === null) {
      const known = id === "" ? (name === "" ? this.#last : null) : this.#calls.get(id);
      return known ?? this.#start(id === "" ? `#${this.#calls.size}` : id, piece, isCustom);
    }
    const known = this.#byIndex.get(index);
    const isNew = known === undefined || (name !== "" && isOther(known, id, name));
    if (!isNew) return known;
    const call = this.#start(`${index}/${this.#calls.size}`, piece, isCustom);
    this.#byIndex.set(index, call);
    return call;
  }

  #start(key: string, extra: Loose, isCustom: boolean): Call {
    const call: Call = { key, extra, isCustom, id: "", name: "", input: "", given: "", isOpen: false };
    this.#calls.set(key, call);
    return call;
  }

  #add(call: Call, id: string, name: string, input: string): void {
    if (this.#last !== null && this.#last !== call && !this.#last.isOpen && this.#last.name !== "")
      this.#open(this.#last);
    this.#last = call;
    if (call.id === "") call.id = id;
    if (id !== "") call.given = null;
    else if (call.given !== null) call.given += input;
    if (call.isOpen) {
      this.#blocks.toolInput(call.key, input);
      return;
    }
    // A name may come in pieces, or the whole of it again, until there are arguments.
    if (name !== call.name) call.name += name;
    call.input += input;
    if (call.name !== "" && input !== "") this.#open(call);
  }

  #open(call: Call): void {
    call.isOpen = true;
    const { name } = call;
    if (call.id === "") call.id = `call_${this.#idPrefix}_${[...this.#calls.keys()].indexOf(call.key)}`;
    const signature = callSignature(call.extra);
    this.#blocks.openTool(call.key, {
      id: call.id,
      name,
      ...(call.isCustom && { isCustom: true }),
      ...(signature && { signature }),
    });
    this.#blocks.toolInput(call.key, call.input);
    call.input = "";
  }
}

/** Whether a piece that names a call begins another one than the known call of its place. */
function isOther({ id: knownId, name: knownName, given, isOpen }: Call, id: string, name: string): boolean {
  if (id !== "") return knownId !== "" && knownId !== id;
  return isOpen && given !== null && (knownName !== name || isJson(given));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** A place in the list of calls, as a text from some; null: none. */
function indexOf(value: unknown): number | null {
  const index = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof index === "number" ? index : null;
}

/** Some servers send arguments as the object itself. */
function inputOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
