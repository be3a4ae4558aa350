export { createGateway, type Gateway } from "./gateway.ts";
export { HealthBook, type Observation } from "./health/health-book.ts";
export type { Route } from "./health/route.ts";
export { nearMiss } from "./near-miss.ts";
export type { Deps, Log } from "./pipeline/deps.ts";
export {
  type BodyRoom,
  ClientGone,
  ClientPresence,
  type GatewayReply,
  type GatewayRequest,
  MOST_WITHOUT_ROOM,
  type ReplySink,
  type ReplyStream,
} from "./pipeline/gateway-request.ts";
export { KeyCache } from "./pipeline/key-cache.ts";
export type { KeyRefusal } from "./pipeline/key-refusal.ts";
export type { Proposal } from "./pipeline/proposal.ts";
export { tooLarge } from "./pipeline/read-call.ts";
export type { SpeedNote } from "./pipeline/speed-note.ts";
export type { Detection, Finding } from "./probe/detect-channel.ts";
export { basicCheck, type Look, lookAtDeployment } from "./probe/look-at-deployment.ts";
export { type Preview, type PreviewInput, previewRequest } from "./probe/preview-request.ts";
export { type Probed, type ProbeTarget, probeDeployment } from "./probe/probe-deployment.ts";
export { type ChannelTest, type ChannelTestResult, DETECT, testChannel } from "./probe/test-channel.ts";
export { type CheckLine, type ModelLine, type ModelTrials, type TrialLine, tryModels } from "./probe/try-models.ts";
export { ChannelQueue } from "./queue/channel-queue.ts";
export { createMediaFetcher, type MediaFetcher } from "./upstream/fetch-media.ts";
export { createUpstream } from "./upstream/undici-upstream.ts";
export type { Upstream } from "./upstream/upstream.ts";
