import type { Call } from "../canonical/call.ts";
import type { Face, Route } from "../canonical/protocol.ts";
import type { RunningList } from "../running-list.ts";
import { admit } from "./admit.ts";
import { authenticate } from "./authenticate.ts";
import type { Deps } from "./deps.ts";
import { forward } from "./forward.ts";
import { ClientGone, type GatewayReply, type GatewayRequest } from "./gateway-request.ts";
import type { Caller } from "./key-cache.ts";
import { readJsonBody } from "./read-call.ts";
import { requireConfig } from "./require-config.ts";
import type { StreamRelay } from "./stream-relay.ts";

/** Understands the body of a call that builds on what is stored for its caller. */
export type OpenCall = (body: Buffer, caller: Caller, request: GatewayRequest, deps: Deps) => Promise<Call>;

/** The path of a call to a model. Until it is admitted a refusal is thrown as AppError; from then on every ending is settled. */
export async function handle(
  face: Face,
  request: GatewayRequest,
  route: Route,
  deps: Deps,
  relays: RunningList<StreamRelay>,
  open?: OpenCall,
): Promise<GatewayReply> {
  const config = requireConfig(deps);
  const caller = await authenticate(request, deps); // who
  const body = await readJsonBody(request, config.settings.maxBodyBytes);
  const call = open === undefined ? face.decodeCall(body, route) : await open(body, caller, request, deps); // what
  if (request.client.isGone) throw new ClientGone();
  const admitted = await admit(caller, call, request, face, deps); // may: model, terms, money
  return forward(admitted, face, deps, relays); // where, and how it ended
}
