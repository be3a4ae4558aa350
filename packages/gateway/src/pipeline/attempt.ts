import type { IncomingHttpHeaders } from "node:http";
import { AppError, toAppError } from "@lyceum/domain";
import type { UpstreamCall } from "../canonical/call.ts";
import type { WholeReply } from "../canonical/reply.ts";
import type { Route } from "../health/route.ts";
import { findProvider } from "../providers/find-provider.ts";
import { type ContentDecoder, createContentDecoder } from "../streams/content-decoder.ts";
import { kindOfBody, withoutMark } from "../streams/kind-of-body.ts";
import { applyBodyOverrides, applyHeaderOverrides } from "../translation/overrides.ts";
import type { UpstreamExchange, UpstreamFault, UpstreamReceiver } from "../upstream/upstream.ts";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";
import { ClientGone } from "./gateway-request.ts";
import { proposeLater } from "./propose.ts";
import type { Names } from "./scrub.ts";
import { StreamRelay } from "./stream-relay.ts";
import type { Tries } from "./tries.ts";
import { type Failure, failureOfFault, failureOfReply, failureOfSilence, failureOfStatus } from "./upstream-errors.ts";

/** A whole answer longer than this is none. */
const MAXIMUM_REPLY_BYTES = 128 * 1024 * 1024;
const MAXIMUM_ERROR_BYTES = 64 * 1024;
/** So much of it is looked through for codes. */
const MOST_READ = 8_192;

const wholeHeaders = [
  "content-type",
  "application/json",
  "accept",
  "application/json",
  "accept-encoding",
  "identity",
  "user-agent",
  "lyceum",
];
const streamHeaders = [
  "content-type",
  "application/json",
  "accept",
  "text/event-stream",
  "accept-encoding",
  "identity",
  "user-agent",
  "lyceum",
];

/** What one try came to. A `stream` has its first frame in hand and goes on by itself. */
export type AttemptResult =
  | { readonly kind: "whole"; readonly reply: WholeReply; readonly upstreamCall: UpstreamCall; readonly sentAt: number }
  | { readonly kind: "stream"; readonly relay: StreamRelay; readonly upstreamCall: UpstreamCall }
  | ({ readonly kind: "failed"; readonly sentAt: number | null; readonly sent?: Buffer } & Failure);

/** Sends the call to one deployment with one credential. Rejects only for a fault of our own. */
export async function attempt(admitted: Admitted, route: Route, tries: Tries, deps: Deps): Promise<AttemptResult> {
  const { call, request } = admitted;
  let upstreamCall: UpstreamCall;
  try {
    const prepared = prepare(admitted, route, deps);
    upstreamCall = prepared instanceof Promise ? await prepared : prepared;
    // Whoever left while media were fetched has nobody to read an answer, and must not pay for one.
    if (request.client.isGone) throw new ClientGone();
  } catch (thrown) {
    const error = toAppError(thrown);
    if (request.client.isGone)
      return { kind: "failed", sentAt: null, error, sign: null, isRetryable: false, isAborted: true };
    // What this upstream has no way to be told, another may be.
    return { kind: "failed", sentAt: null, error, sign: null, isRetryable: error.code !== "internal" };
  }
  const { channel } = route.deployment;
  return new Promise((resolve) => {
    const receiver = new Attempt(admitted, route, upstreamCall, tries, deps, resolve);
    receiver.exchange = deps.upstream.send(
      {
        channel,
        credential: route.credential.secret,
        method: "POST",
        path: upstreamCall.path,
        headers: applyHeaderOverrides(headersOf(call.isStream, upstreamCall.headers), channel.overrides.headers),
        requestId: request.id,
        body: applyBodyOverrides(upstreamCall.body, channel.overrides.body),
        // A whole answer begins when the model is done, which may take as long as the channel allows at all.
        startTimeoutMs: call.isStream ? channel.idleTimeoutMs : channel.totalTimeoutMs,
      },
      receiver,
    );
    request.client.whenGone(() => receiver.exchange?.abort());
    receiver.watchFirstToken();
  });
}

function prepare(admitted: Admitted, { deployment }: Route, deps: Deps): UpstreamCall | Promise<UpstreamCall> {
  const { call, caller, request, choice } = admitted;
  const provider = findProvider(deployment.channel.protocol);
  if (provider === null) {
    const detail = `nobody knows the protocol ${deployment.channel.protocol}`;
    throw new AppError("upstream_unavailable", { parameters: { model: call.model }, detail });
  }
  return call.prepare(
    {
      provider,
      upstreamModel: deployment.upstreamModel,
      outputLimit: admitted.outputLimit,
      defaultOutputTokens: choice.model.maxOutputTokens ?? admitted.usualOutputTokens,
      userPseudonym: caller.pseudonym,
      constraints: choice.model.constraints,
    },
    {
      requestId: request.id,
      createdAt: Date.now(),
      inputTokens: admitted.inputTokens,
      fetchMedia: (url) => (request.client.isGone ? Promise.reject(new ClientGone()) : deps.fetchMedia(url)),
    },
  );
}

/** All headers of a call but the credential's. */
export function headersOf(isStream: boolean, more: readonly string[]): readonly string[] {
  const usual = isStream ? streamHeaders : wholeHeaders;
  return more.length === 0 ? usual : [...usual, ...more];
}

class Attempt implements UpstreamReceiver {
  readonly #admitted: Admitted;
  readonly #route: Route;
  readonly #upstreamCall: UpstreamCall;
  readonly #tries: Tries;
  /** Runs while nothing that a model wrote has come, and another route is left. */
  #firstTokenTimer: NodeJS.Timeout | null = null;
  readonly #deps: Deps;
  readonly #resolve: (result: AttemptResult) => void;
  readonly #names: Names;
  readonly #sentAt: number;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #decoder: ContentDecoder | null = null;
  #relay: StreamRelay | null = null;
  /** A stream was asked for, and nothing has come yet that tells whether this is one. */
  #isUndecided = false;
  #chunks: Buffer[] = [];
  #length = 0;
  exchange: UpstreamExchange | null = null;

  constructor(
    admitted: Admitted,
    route: Route,
    upstreamCall: UpstreamCall,
    tries: Tries,
    deps: Deps,
    resolve: (result: AttemptResult) => void,
  ) {
    this.#admitted = admitted;
    this.#route = route;
    this.#upstreamCall = upstreamCall;
    this.#tries = tries;
    this.#deps = deps;
    this.#resolve = resolve;
    const credential = route.credential.secret;
    this.#names = { requested: admitted.call.model, upstream: route.deployment.upstreamModel, credential };
    this.#sentAt = deps.clock();
  }

  /** Where nothing that a model wrote comes in time, another route is tried, as long as there is one. */
  watchFirstToken(): void {
    const { call } = this.#admitted;
    const { firstTokenTimeoutMs } = this.#route.deployment.channel;
    if (!call.isStream || firstTokenTimeoutMs === null || !this.#tries.hasOthers()) return;
    this.#firstTokenTimer = setTimeout(() => {
      if (!this.#tries.hasOthers()) {
        this.#relay?.releasePrelude();
        return;
      }
      const failure = failureOfSilence(firstTokenTimeoutMs);
      this.#decoder?.destroy();
      if (this.#relay === null) this.#fail(failure);
      else this.#relay.fail(failure);
      this.exchange?.abort();
    }, firstTokenTimeoutMs);
  }

  onStart(status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
    try {
      this.#decoder = createContentDecoder(headers["content-encoding"], {
        onData: (chunk) => this.#take(chunk),
        onEnd: () => this.#end(),
        onError: (cause) => this.#abandon({ kind: "broken", cause }),
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#abandon({ kind: "broken", cause: error });
      return;
    }
    this.#isUndecided = this.#admitted.call.isStream && status < 300;
  }

  onData(chunk: Buffer): void {
    if (this.#decoder === null) this.#take(chunk);
    else this.#decoder.write(chunk);
  }

  onEnd(): void {
    if (this.#decoder === null) this.#end();
    else this.#decoder.end();
  }

  onFault(fault: UpstreamFault): void {
    this.#decoder?.destroy();
    if (this.#relay !== null) this.#relay.fail(failureOfFault(fault, this.#names));
    else this.#fail(failureOfFault(fault, this.#names));
  }

  #openRelay(): void {
    const { exchange } = this;
    if (exchange === null) throw new Error("the exchange answered before it was sent");
    const relay = new StreamRelay({
      admitted: this.#admitted,
      route: this.#route,
      upstreamCall: this.#upstreamCall,
      attempts: this.#tries.count,
      holdsPrelude: this.#tries.hasOthers(),
      sentAt: this.#sentAt,
      exchange,
      deps: this.#deps,
      onOpen: () => this.#done({ kind: "stream", relay, upstreamCall: this.#upstreamCall }),
      onFailedUnopened: (failure) => this.#fail(failure),
    });
    this.#relay = relay;
  }

  #take(chunk: Buffer): void {
    if (this.#relay !== null) {
      this.#relay.take(chunk);
      return;
    }
    if (this.#isUndecided && this.#decide(chunk)) return;
    this.#length += chunk.length;
    if (this.#length > (this.#status < 300 ? MAXIMUM_REPLY_BYTES : MAXIMUM_ERROR_BYTES)) {
      if (this.#status < 300) this.#abandon({ kind: "broken", cause: new RangeError("the answer is too long") });
      return;
    }
    this.#chunks.push(chunk);
  }

  /** By the first bytes, because content types are often wrong. False: the chunk is to be gathered. */
  #decide(chunk: Buffer): boolean {
    const begun = this.#chunks.length === 0 ? chunk : Buffer.concat([...this.#chunks, chunk]);
    const kind = kindOfBody(begun, this.#upstreamCall.framing);
    if (kind === "unknown") return false;
    this.#isUndecided = false;
    if (kind === "whole") {
      // There will be no first token: the answer is on its way in one piece.
      this.#stopTimer();
      return false;
    }
    this.#openRelay();
    this.#chunks = [];
    this.#relay?.take(withoutMark(begun));
    return true;
  }

  #end(): void {
    if (this.#relay === null) this.#done(this.#wholeResult());
    else this.#relay.end();
  }

  #wholeResult(): AttemptResult {
    const [first] = this.#chunks;
    const body = withoutMark(first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks));
    if (this.#status >= 300) {
      const complaint = this.#upstreamCall.readComplaint(body);
      const refusal = { status: this.#status, sent: this.#upstreamCall.body, body, complaint };
      proposeLater(this.#admitted, this.#route, refusal, this.#deps);
      return this.#failed(
        failureOfStatus(
          { status: this.#status, headers: this.#headers, complaint, text: body.toString("utf8", 0, MOST_READ) },
          this.#names,
          this.#upstreamCall.body,
        ),
      );
    }
    const reply = this.#upstreamCall.readReply(body);
    if (reply === null) {
      const complaint = this.#upstreamCall.readComplaint(body);
      return this.#failed(failureOfReply(complaint, this.#names, this.#upstreamCall.body));
    }
    return { kind: "whole", reply, upstreamCall: this.#upstreamCall, sentAt: this.#sentAt };
  }

  /** What comes can't be used: the exchange is cut and has failed by this. */
  #abandon(fault: UpstreamFault): void {
    this.onFault(fault);
    this.exchange?.abort();
  }

  #fail(failure: Failure): void {
    this.#done(this.#failed(failure));
  }

  #done(result: AttemptResult): void {
    this.#stopTimer();
    this.#resolve(result);
  }

  #stopTimer(): void {
    if (this.#firstTokenTimer !== null) clearTimeout(this.#firstTokenTimer);
  }

  #failed(failure: Failure): AttemptResult {
    const sentAt = this.exchange?.isSent === true ? this.#sentAt : null;
    return { kind: "failed", sentAt, sent: this.#upstreamCall.body, ...failure };
  }
}
