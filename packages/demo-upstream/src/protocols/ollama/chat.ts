import type { Protocol } from "../protocol.ts";
import { rememberLast } from "../remember-last.ts";
import { ollamaManners } from "./manners.ts";
import type { Voice } from "./reply.ts";
import { decodeChat, decodeGenerate } from "./request.ts";
import { encodeStream } from "./stream.ts";
import { encodeWhole } from "./whole.ts";

/** Ollama's chat and generate. */
export const ollamaProtocols: readonly Protocol[] = [
  speak("chat", "/api/chat", decodeChat),
  speak("generate", "/api/generate", decodeGenerate),
];

function speak(voice: Voice, path: string, decode: Protocol["decode"]): Protocol {
  return {
    ...ollamaManners,
    name: `ollama-${voice}`,
    accepts: (method, pathname) => method === "POST" && pathname === path,
    decode: rememberLast(decode),
    streamContentType: "application/x-ndjson",
    encodeStream: (...args) => encodeStream(voice, ...args),
    encodeWhole: (...args) => encodeWhole(voice, ...args),
    encodeStreamRefusal: (refusal) => `${ollamaManners.encodeRefusal(refusal)}\n`,
  };
}
