import { AppError, type ProviderId, parseUpstreamUrl } from "@lyceum/domain";
import { findProvider } from "../providers/find-provider.ts";
import { createUpstream } from "../upstream/undici-upstream.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { type Collected, collect } from "./collect.ts";
import { guessProvider, type Sign } from "./guess-provider.ts";
import { modelLists, type UpstreamModel } from "./model-lists.ts";
import { faultOf, isRefusal, notLlm, parsedBody } from "./probe-errors.ts";
import { trialChannel } from "./trial-channel.ts";

/** What a server was found to be. `baseUrl` is the typed address put right for it. */
export type Finding = {
  readonly provider: ProviderId;
  readonly baseUrl: string;
  readonly models: readonly string[];
  /** The address that answered with a list of models in the protocol's shape. */
  readonly path: string;
  readonly sign: Sign;
};

/** `others`: further protocols that the same server speaks. */
export type Detection = { readonly chosen: Finding; readonly others: readonly Finding[] };

/** `credential` null: the upstream asks for none. */
export type DetectionInput = {
  readonly baseUrl: string;
  readonly credential: string | null;
  readonly allowPrivate: boolean;
};

const TIMEOUT_MS = 10_000;
/** One for each protocol that has a list of models; the others are told from it by `guessProvider`, or chosen by hand. */
const candidates = ["openai", "anthropic", "gemini", "ollama"] as const satisfies readonly ProviderId[];
type Candidate = (typeof candidates)[number];

/**
 * Finds out which protocol a server speaks, by asking for its models in the way of each, with the credential where each has it, at the typed
 * address and at the vendor's usual ones below it. Throws what `testChannel` throws, but for channel_model_refused.
 */
export async function detectChannel({ baseUrl, credential, allowPrivate }: DetectionInput): Promise<Detection> {
  const typed = parseUpstreamUrl(baseUrl, allowPrivate);
  const upstream = createUpstream();
  try {
    const probes = await Promise.all(
      candidates.flatMap((candidate) =>
        listAddresses(typed, candidate).map((url) => ask(upstream, candidate, url, { credential, allowPrivate })),
      ),
    );
    const found = probes.flatMap(({ finding }) => finding ?? []);
    const distinct = found.filter(({ provider }, at) => found.findIndex((each) => each.provider === provider) === at);
    const chosen = preferred(typed, distinct);
    if (chosen === undefined) throw nothingFound(typed, probes);
    return { chosen, others: distinct.filter((each) => each !== chosen) };
  } finally {
    await upstream.close();
  }
}

/** Full addresses of lists of models: below the address as typed, and where the vendor has it, whatever of its path was typed. */
function listAddresses(typed: string, candidate: Candidate): string[] {
  const provider = findProvider(candidate);
  if (provider === null) return [];
  const { address } = modelLists[provider.protocol];
  // Vendors of OpenAI's shape have versions and folders of their own: /api/paas/v4, /compatible-mode/v1, /openai.
  const asTyped = candidate === "openai" ? [typed + provider.modelsPath] : [];
  return [...new Set([rootOf(typed) + address, ...asTyped])];
}

/** The typed address without what belongs to a protocol at its end: a version, or the path of a call that was copied with it. */
function rootOf(typed: string): string {
  return typed
    .replace(/\/(?:chat\/completions|completions|responses|messages|models|chat|tags|generate)$/, "")
    .replace(/\/(?:v1|v1beta|v1alpha|api)$/, "");
}

type Probe = { readonly answer: Collected; readonly finding: Finding | null };

async function ask(
  upstream: Upstream,
  candidate: Candidate,
  url: string,
  { credential, allowPrivate }: Omit<DetectionInput, "baseUrl">,
): Promise<Probe> {
  const provider = findProvider(candidate);
  if (provider === null) throw new Error(`there is no provider ${candidate}`);
  const list = modelLists[provider.protocol];
  const baseUrl = url.slice(0, -provider.modelsPath.length);
  const channel = trialChannel({ id: `detect-${candidate}`, protocol: candidate, baseUrl, allowPrivate }, TIMEOUT_MS);
  const usual = ["accept", "application/json", "accept-encoding", "identity", "user-agent", "lyceum"];
  const answer = await collect(upstream, {
    channel,
    credential,
    method: "GET",
    path: provider.modelsPath + list.query,
    headers: [...usual, ...list.headers],
    body: null,
    requestId: null,
    startTimeoutMs: TIMEOUT_MS,
  });
  const isGood = answer.kind === "answer" && answer.status === 200;
  const models = isGood ? list.read(parsedBody(answer.body)) : null;
  return { answer, finding: models && findingOf(candidate, baseUrl, url, models) };
}

function findingOf(candidate: Candidate, baseUrl: string, url: string, models: readonly UpstreamModel[]): Finding {
  const { pathname, hostname } = new URL(url);
  const guess = candidate === "openai" ? guessProvider(hostname, models) : null;
  return {
    provider: guess?.provider ?? candidate,
    baseUrl,
    models: models.map(({ name }) => name),
    path: pathname,
    sign: guess?.sign ?? { kind: "list" },
  };
}

/**
 * Of several the one that the typed address asks for. Else a server that has a list of its own beside OpenAI's is that vendor's; one that
 * has several, or the list of a vendor who serves no other, is a gateway, and OpenAI's is the protocol they are made for.
 */
function preferred(typed: string, found: readonly Finding[]): Finding | undefined {
  const by = (provider: ProviderId) => found.find((each) => each.provider === provider);
  if (typed.endsWith("/api")) return by("ollama") ?? found[0];
  if (/\/v1(?:beta|alpha)$/.test(typed)) return by("gemini") ?? found[0];
  const [own, ...more] = found.filter(({ provider }) => provider !== "openai");
  const isGateway = more.length > 0 || own?.provider === "anthropic" || own?.provider === "gemini";
  return typed.endsWith("/v1") || isGateway ? found[0] : (own ?? found[0]);
}

/** Why there is nothing to choose: the credential where somebody refused it, else what went wrong with the first address. */
function nothingFound(typed: string, probes: readonly Probe[]): AppError {
  const answers = probes.flatMap(({ answer }) => (answer.kind === "answer" ? answer : []));
  const refused = answers.find(({ status }) => isRefusal(status));
  if (refused !== undefined)
    return new AppError("channel_credential_refused", { parameters: { status: refused.status } });
  const [first] = probes;
  if (answers.length === 0 && first?.answer.kind === "fault") return faultOf(first.answer.fault, typed);
  const statuses = [...new Set(answers.map(({ status }) => status))].join(", ");
  return notLlm(typed, `no list of models in any protocol's shape (HTTP ${statuses})`);
}
