import type { Blocks } from "../../canonical/blocks.ts";
import { isRecord, type Loose, record, text } from "./loose.ts";
import { callSignature } from "./tool-signature.ts";

type Call = {
  readonly key: string;
  readonly extra: Loose;
  readonly isCustom: boolean;
  id: string;
  input: string;
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
      const call = this.#callOf(piece, typeof index === "number" ? index : null, name, custom !== null);
      this.#add(call, text(piece.id), name, inputOf(custom === null ? called.arguments : custom.input));
    }
  }

  /** The older `function_call`, of which there is at most one. */
  readFunction(called: Loose): void {
    const call = this.#calls.get("function") ?? this.#start("function", {}, false);
    this.#add(call, "", text(called.name), inputOf(called.arguments));
  }

  /** A call whose name never came is told all the same. */
  end(): void {
    for (const call of this.#calls.values()) if (!call.isOpen) this.#open(call, "");
  }

  /** Some servers give every call the index 0, others none: a new id with a name begins a new call. */
  #callOf(piece: Loose, index: number | null, name: string, isCustom: boolean): Call {
    const id = text(piece.id);
    if (index === null) {
      const known = id === "" ? (name === "" ? this.#last : null) : this.#calls.get(id);
      return known ?? this.#start(id === "" ? `#${this.#calls.size}` : id, piece, isCustom);
    }
    const known = this.#byIndex.get(index);
    const isNew = known === undefined || (name !== "" && id !== "" && known.id !== "" && known.id !== id);
    if (!isNew) return known;
    const call = this.#start(`${index}/${this.#calls.size}`, piece, isCustom);
    this.#byIndex.set(index, call);
    return call;
  }

  #start(key: string, extra: Loose, isCustom: boolean): Call {
    const call: Call = { key, extra, isCustom, id: "", input: "", isOpen: false };
    this.#calls.set(key, call);
    return call;
  }

  #add(call: Call, id: string, name: string, input: string): void {
    this.#last = call;
    if (call.id === "") call.id = id;
    if (call.isOpen) this.#blocks.toolInput(call.key, input);
    else {
      call.input += input;
      if (name !== "") this.#open(call, name);
    }
  }

  #open(call: Call, name: string): void {
    call.isOpen = true;
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

/** Some servers send arguments as the object itself. */
function inputOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
