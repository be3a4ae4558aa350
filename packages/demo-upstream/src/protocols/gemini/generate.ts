import type { Protocol } from "../protocol.ts";
import { rememberLast } from "../remember-last.ts";
import { errorBody, geminiManners } from "./manners.ts";
import { decodeGenerate, readPath } from "./request.ts";
import { arrayChunking, type Chunking, encodeStream, sseChunking } from "./stream.ts";
import { encodeWhole } from "./whole.ts";

/** Google's generateContent, and its stream in both framings. */
export const geminiProtocols: readonly Protocol[] = [
  {
    ...common("gemini-generate", sseChunking),
    accepts: (method, pathname, { path }) =>
      isMethod(method, pathname, "generateContent") ||
      (isMethod(method, pathname, "streamGenerateContent") && wantsEvents(path)),
    streamContentType: "text/event-stream",
  },
  {
    ...common("gemini-generate-array", arrayChunking),
    accepts: (method, pathname) => isMethod(method, pathname, "streamGenerateContent"),
    streamContentType: "application/json; charset=UTF-8",
    // Even an error is an element of the array.
    encodeRefusal: (refusal) => JSON.stringify([errorBody(refusal)], null, 2),
  },
];

function common(name: string, chunking: Chunking) {
  return {
    ...geminiManners,
    name,
    decode: rememberLast(decodeGenerate),
    encodeStream: (...args: Parameters<Protocol["encodeStream"]>) => encodeStream(chunking, ...args),
    encodeWhole,
    encodeStreamRefusal: (refusal: Parameters<Protocol["encodeStreamRefusal"]>[0]) =>
      chunking.frame(errorBody(refusal), true) + chunking.end,
  };
}

function isMethod(method: string, pathname: string, wanted: string): boolean {
  return method === "POST" && pathname.endsWith(`:${wanted}`) && readPath(pathname) !== undefined;
}

function wantsEvents(path: string): boolean {
  return /[?&]alt=sse(?:&|$)/.test(path);
}
