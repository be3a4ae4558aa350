import type { WorkerFixture } from "../testing/worker-fixture.ts";
import { type Ask, type ContractFace, type Seen, Unsayable } from "./ask.ts";
import type { ContractCase, Observed, Understood } from "./contract-case.ts";

/**
 * What became of a case for a pair. `kept`; `named`: not kept, and said so in a header; `refused`: 400 with the reason; `unsayable`: clients of
 * this face have no words for it; `lost`: none of these, which is a bug.
 */
export type Outcome =
  | { readonly kind: "kept"; readonly dropped: string; readonly clamped: string }
  | { readonly kind: "named"; readonly dropped: string; readonly clamped: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unsayable"; readonly reason: string }
  | { readonly kind: "lost"; readonly detail: string };

/** Asks through the gateway, once streamed or not, and judges. `channel` is the part of a model's name that says whose upstream answers. */
export async function runCase(
  gateway: WorkerFixture,
  secret: string,
  face: ContractFace,
  channel: string,
  each: ContractCase,
  stream: boolean,
): Promise<Outcome> {
  let request: ReturnType<ContractFace["request"]>;
  try {
    request = face.request({ ...each.ask, model: `${channel}.${each.ask.model}`, stream });
  } catch (error) {
    if (error instanceof Unsayable) return { kind: "unsayable", reason: error.message };
    throw error;
  }
  const answer = await send(gateway, secret, request);
  const body = await answer.text();
  if (answer.status !== 200) {
    const said = `HTTP ${answer.status} ${face.readError(JSON.parse(body))}`;
    return answer.status === 400 ? { kind: "refused", reason: said } : { kind: "lost", detail: said };
  }
  const dropped = answer.headers.get("x-gateway-dropped") ?? "";
  const clamped = answer.headers.get("x-gateway-clamped") ?? "";
  let observed: Observed;
  try {
    const seen = stream ? face.readStream(body, face.id !== channel) : face.readWhole(JSON.parse(body));
    const sent = gateway.upstream.requests().at(-1)?.body.toString() ?? "";
    observed = { seen, understood: understoodOf(each.ask, seen), sent, dropped, clamped };
    if (each.unsaid === channel) return { kind: "unsayable", reason: "upstreams of this protocol have no word for it" };
    if (each.keeps(observed)) return { kind: "kept", dropped, clamped };
  } catch (error) {
    return { kind: "lost", detail: `${String(error)}\n${body.slice(0, 2_000)}` };
  }
  if (dropped !== "" || clamped !== "") return { kind: "named", dropped, clamped };
  return {
    kind: "lost",
    detail: `${JSON.stringify(observed.understood ?? observed.seen)}\nsent ${observed.sent.slice(0, 2_000)}`,
  };
}

export function send(
  gateway: WorkerFixture,
  secret: string,
  { path, headers, body }: ReturnType<ContractFace["request"]>,
): Promise<Response> {
  return gateway.chat(secret, body, { path, headers: { ...headers } });
}

function understoodOf(ask: Omit<Ask, "stream">, seen: Seen): Understood | null {
  return ask.model === "demo-inspect" ? (JSON.parse(seen.text) as Understood) : null;
}
