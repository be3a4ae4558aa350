import type { DeploymentConfig } from "@lyceum/db/gateway-config";
import { AppError, formatRequestId, noConstraints } from "@lyceum/domain";
import { Notes } from "../canonical/notes.ts";
import type {
  Counting,
  DecodedCount,
  EncodedRequest,
  ErrorFace,
  Route as Path,
  Protocol,
} from "../canonical/protocol.ts";
import type { ProtocolId } from "../canonical/signature.ts";
import type { Target } from "../canonical/target.ts";
import type { Route } from "../health/route.ts";
import { parseJson } from "../json/parse-json.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { findProvider } from "../providers/find-provider.ts";
import { orderDeployments } from "../routing/order-deployments.ts";
import { adaptRequest } from "../translation/adapt-request.ts";
import { hasAddresses } from "../translation/media.ts";
import { applyHeaderOverrides } from "../translation/overrides.ts";
import { gather } from "../upstream/gather.ts";
import { authenticate } from "./authenticate.ts";
import { chooseModel } from "./choose-model.ts";
import type { Deps } from "./deps.ts";
import { estimateInputTokens } from "./estimate.ts";
import { ClientGone, type GatewayReply, type GatewayRequest } from "./gateway-request.ts";
import type { Caller } from "./key-cache.ts";
import { readJsonBody } from "./read-call.ts";
import { requireConfig } from "./require-config.ts";
import { failureOfStatus } from "./upstream-errors.ts";

/** Nobody waits longer for a number that we can estimate ourselves. */
const LONGEST_WAIT_MS = 10_000;
const MOST_ASKED = 3;
/** Of an error body. */
const MOST_READ = 8_192;

/** An endpoint where clients of a protocol ask how many tokens a prompt has. */
export type CountingFace = ErrorFace & { readonly id: ProtocolId; readonly counting: Counting };

/**
 * Answers how many tokens a prompt has (case 33): by the counter of an upstream that has one, else by our estimate, which the header
 * `x-gateway-estimated` owns up to. No model runs and nothing is charged; the key and the model are checked as for a call.
 */
export async function countTokens(
  face: CountingFace,
  request: GatewayRequest,
  route: Path,
  deps: Deps,
): Promise<GatewayReply> {
  const config = requireConfig(deps);
  const caller = await authenticate(request, deps, true);
  const body = await readJsonBody(request, config.settings.maxBodyBytes);
  const question = face.counting.decodeQuestion(body, route);
  if (request.client.isGone) throw new ClientGone();
  const { model } = chooseModel(question.model, caller, config, deps.health);
  const order = orderDeployments(model.deployments, {
    seed: Math.floor(deps.random() * 2 ** 32),
    most: MOST_ASKED,
    accepts: (each) => deps.health.isUsable(each),
    factorsOf: () => null,
  });
  for (const deployment of order) {
    const target = targetOf(deployment, model.maxOutputTokens ?? config.settings.usualOutputTokens, caller);
    const credential = deployment.channel.credentials.find((each) => deps.health.isReady(each));
    if (credential === undefined) continue;
    const tokens =
      target === null ? null : await ask(face, question, { deployment, credential }, target, request, deps);
    if (tokens !== null) return answer(face, request, tokens, {});
  }
  return answer(face, request, estimateInputTokens(question.size), { "x-gateway-estimated": "input_tokens" });
}

function answer(
  face: CountingFace,
  request: GatewayRequest,
  tokens: number,
  more: Readonly<Record<string, string>>,
): GatewayReply {
  const headers = { "content-type": "application/json", "x-request-id": formatRequestId(request.id), ...more };
  return { status: 200, headers, body: face.counting.encodeAnswer(tokens) };
}

function targetOf({ channel, upstreamModel }: DeploymentConfig, defaultOutputTokens: number, caller: Caller) {
  const provider = findProvider(channel.protocol);
  if (provider === null) return null;
  return {
    provider,
    upstreamModel,
    outputLimit: null,
    defaultOutputTokens,
    userPseudonym: caller.pseudonym,
    // What bounds the answer plays no part in the size of the question.
    constraints: noConstraints,
  } satisfies Target;
}

/** What one upstream's counter says; null: it has none, or it fails. Throws what is wrong with the question itself. */
async function ask(
  face: CountingFace,
  question: DecodedCount,
  { deployment: { channel }, credential }: Route,
  target: Target,
  request: GatewayRequest,
  deps: Deps,
): Promise<number | null> {
  const upstream = protocolOf(target.provider.protocol);
  const { counting } = upstream;
  if (counting === undefined) return null;
  const encoded = upstream.id === face.id ? question.pass(target) : translatedQuestion(question, upstream, target);
  if (encoded === null) return null;
  const gathered = await gather(deps.upstream, {
    channel,
    credential: credential.secret,
    method: "POST",
    path: encoded.path,
    headers: applyHeaderOverrides(
      ["content-type", "application/json", "accept-encoding", "identity", ...encoded.headers],
      channel.overrides.headers,
    ),
    requestId: request.id,
    body: encoded.body,
    startTimeoutMs: Math.min(channel.totalTimeoutMs, LONGEST_WAIT_MS),
  });
  if (gathered === null) return null;
  if (gathered.status < 300) return counting.decodeAnswer(parseJson(gathered.body.toString("utf8")));
  const names = { requested: question.model, upstream: target.upstreamModel, credential: credential.secret };
  const complaint = upstream.readComplaint(gathered.body);
  const { status, headers, body } = gathered;
  const text = body.toString("utf8", 0, MOST_READ);
  const { error } = failureOfStatus({ status, headers, complaint, text }, names);
  // A server without this endpoint answers 404, as one does that lacks the model: either way we can still estimate.
  if (error.code === "upstream_rejected" && status !== 404) throw error;
  deps.log("warn", "an upstream did not count", { requestId: request.id, channel: channel.name, detail: error.detail });
  return null;
}

/**
 * The question as a call with this prompt would put it; null: it has media that would have to be fetched, which a number isn't worth, or the
 * upstream's protocol has no words for it, such as for results without their calls (Gemini CLI has a part of a conversation counted before it
 * sends it). What is wrong with a prompt is said when it is sent.
 */
function translatedQuestion(question: DecodedCount, upstream: Protocol, target: Target): EncodedRequest | null {
  try {
    const request = question.canonical();
    if (upstream.counting === undefined || hasAddresses(request, upstream.needsBytes)) return null;
    // A number has no headers to name things in.
    const notes = new Notes();
    return upstream.counting.encodeQuestion(adaptRequest(request, upstream, target, notes).request, target, notes);
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_request") return null;
    throw error;
  }
}
