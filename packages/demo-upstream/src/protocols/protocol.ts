import type { SeenRequest } from "../request-log.ts";
import type { Answer, DemoCall, Refusal } from "../scripts/plan.ts";

/** One thing to do in a stream. `content` frames count as chunks; `paced` ones wait for the answer's `everyMs`. */
export type Step =
  | { kind: "frame"; text: string; content: boolean; paced: boolean }
  | { kind: "silence" }
  | { kind: "break" };

/** What makes an answer's ids and times its own. `created` in Unix seconds. */
export type Stamp = { ordinal: number; created: number };

/** A request as a protocol sees it; `path` with the query string. */
export type DemoRequest = Pick<SeenRequest, "method" | "path" | "headers" | "body">;

/** Where a credential stood. */
export type CredentialPlace = NonNullable<SeenRequest["credentialPlace"]>;

/** The manners of a protocol: where it takes credentials from (the first that is there counts) and how it says no. */
export type Manners = {
  credentials: readonly CredentialPlace[];
  encodeRefusal(refusal: Refusal): string;
};

/** A way to ask a model for an answer: how calls are read, answers and errors written. Knows nothing of sockets or timers. */
export type Protocol = Manners & {
  name: string;
  accepts(method: string, pathname: string, request: DemoRequest): boolean;
  /** The call in a request. Throws BadCall where it is not one of this protocol. */
  decode(request: DemoRequest): DemoCall;
  streamContentType: string;
  encodeStream(call: DemoCall, answer: Answer, stamp: Stamp): Iterator<Step>;
  encodeWhole(call: DemoCall, answer: Answer, stamp: Stamp): string;
  /** A refusal as the first and only events of a stream. */
  encodeStreamRefusal(refusal: Refusal): string;
};

/** What a lookup answers with: the model it is about, if there is one, may also refuse or fail by its script. */
export type LookupReply = { model?: string; status?: number; reply(): string };

/** A path that is answered without generating: lists, counts, vectors, stored answers. */
export type Lookup = Manners & {
  accepts(method: string, pathname: string, request: DemoRequest): boolean;
  /** Throws BadCall. */
  read(request: DemoRequest): LookupReply;
};

/** What `decode` throws for a request that the protocol refuses. `param` names the field at fault. */
export class BadCall extends Error {
  readonly param: string | undefined;
  readonly status: number;

  constructor(message: string, param?: string, status = 400) {
    super(message);
    this.param = param;
    this.status = status;
  }
}
