export type { RequestCounts, SeenRequest } from "./request-log.ts";
export { campusModels } from "./scripts/campus.ts";
export { type DemoModel, demoModels } from "./scripts/catalogue.ts";
export { embeddingOf } from "./scripts/embedding.ts";
export { type DemoUpstream, type DemoUpstreamOptions, startDemoUpstream } from "./server.ts";
