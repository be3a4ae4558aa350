import type { ErrorFace, Route } from "./canonical/protocol.ts";
import type { Deps } from "./pipeline/deps.ts";
import type { GatewayReply, GatewayRequest } from "./pipeline/gateway-request.ts";
import type { StreamRelay } from "./pipeline/stream-relay.ts";
import type { RunningList } from "./running-list.ts";

/** Where clients ask for something: `path` captures what `Route.captures` holds. Errors are told in the words of `face`. */
export type Endpoint = {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: RegExp;
  readonly face: ErrorFace;
  /** In place of `face`, where clients of several protocols come to one address. */
  faceFor?(request: GatewayRequest): ErrorFace;
  answer(request: GatewayRequest, route: Route, deps: Deps, relays: RunningList<StreamRelay>): Promise<GatewayReply>;
};
