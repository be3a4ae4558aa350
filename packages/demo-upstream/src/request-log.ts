import type { IncomingHttpHeaders } from "node:http";

/** Requests kept if nobody says otherwise. */
const usualRequests = 1000;
/** Bytes of their bodies kept together. The newest request is kept whatever its size. */
const maxBodyBytes = 128 * 1024 * 1024;
/** Distinct model names counted; requests for more of them count as one name. */
const maxModelNames = 1000;
const otherModels = "(other)";

/** A request as it came in, and how its answer went so far. */
export type SeenRequest = {
  /** 1, 2, 3, … in order of arrival; also the number in the answer's id. */
  id: number;
  /** Unix time in ms at which the body was complete. */
  at: number;
  method: string;
  /** With the query string. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Where the credential stood that counted; absent: there was none at a place where this protocol takes one from. */
  credentialPlace?: "bearer" | "x-api-key" | "x-goog-api-key" | "key";
  /** Set once the body has been understood. */
  model?: string;
  /** The client hung up before the end of the answer (not set when the script itself broke the connection). */
  closedEarly: boolean;
  /** Content chunks of a streamed answer handed to the connection; role, finish and usage chunks don't count. */
  chunksSent: number;
  /** Of models whose pace is known: when each content chunk was handed to the connection, in ms since the request had come in whole. */
  sent?: { kind: string; atMs: number }[];
  /** The answer has been sent to its end. */
  finished: boolean;
};

/** Requests received since the start or the last `clear`, also those no longer kept. */
export type RequestCounts = { received: number; perModel: Record<string, number> };

export type RequestLog = {
  add(request: Pick<SeenRequest, "method" | "path" | "headers" | "body">): SeenRequest;
  /** Notes the model of a request and says how many it has had, this one included. */
  countModel(seen: SeenRequest, model: string): number;
  list(): readonly SeenRequest[];
  counts(): RequestCounts;
  clear(): void;
};

/** An empty log, bounded in entries, bytes and names. Ids go on counting after `clear`. */
export function createRequestLog(maxRequests = usualRequests): RequestLog {
  let lastId = 0;
  let received = 0;
  let bodyBytes = 0;
  let kept: SeenRequest[] = [];
  const perModel = new Map<string, number>();
  return {
    add({ method, path, headers, body }) {
      received++;
      const id = ++lastId;
      const seen: SeenRequest = {
        id,
        at: Date.now(),
        method,
        path,
        headers,
        body,
        closedEarly: false,
        chunksSent: 0,
        finished: false,
      };
      kept.push(seen);
      bodyBytes += body.length;
      while (kept.length > maxRequests || (bodyBytes > maxBodyBytes && kept.length > 1)) {
        bodyBytes -= kept.shift()?.body.length ?? 0;
      }
      return seen;
    },
    countModel(seen, model) {
      seen.model = model;
      const name = perModel.has(model) || perModel.size < maxModelNames ? model : otherModels;
      const count = (perModel.get(name) ?? 0) + 1;
      perModel.set(name, count);
      return count;
    },
    list: () => [...kept],
    counts: () => ({ received, perModel: Object.fromEntries(perModel) }),
    clear() {
      received = 0;
      bodyBytes = 0;
      kept = [];
      perModel.clear();
    },
  };
}
