import type { Answer, DemoCall, Refusal } from "../scripts/plan.ts";

/** One thing to do in a stream. `content` frames count as chunks; `paced` ones wait for the answer's `everyMs`. */
export type Step =
  | { kind: "frame"; text: string; content: boolean; paced: boolean }
  | { kind: "silence" }
  | { kind: "break" };

/** What makes an answer's ids and times its own. `created` in Unix seconds. */
export type Stamp = { ordinal: number; created: number };

/** A wire protocol: how calls are read and how answers and errors are written. Knows nothing of sockets or timers. */
export type Protocol = {
  name: string;
  accepts(method: string, path: string): boolean;
  /** The call in `body`. Throws BadCall where it is not one of this protocol. */
  decode(path: string, body: Buffer): DemoCall;
  streamContentType: string;
  encodeStream(call: DemoCall, answer: Answer, stamp: Stamp): Iterator<Step>;
  encodeWhole(call: DemoCall, answer: Answer, stamp: Stamp): string;
  encodeRefusal(refusal: Refusal): string;
  /** A refusal as the first and only events of a stream. */
  encodeStreamRefusal(refusal: Refusal): string;
};

/** A body that the protocol refuses with 400. `param` names the field at fault. */
export class BadCall extends Error {
  readonly param: string | undefined;

  constructor(message: string, param?: string) {
    super(message);
    this.param = param;
  }
}
