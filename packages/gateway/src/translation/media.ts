import type { Occasion } from "../canonical/call.ts";
import type {
  AssistantPart,
  CanonicalRequest,
  MediaPart,
  Message,
  ToolResultPart,
  UserPart,
} from "../canonical/canonical-request.ts";
import type { Protocol } from "../canonical/protocol.ts";
import { invalid } from "../json/plain-fields.ts";

/** What one call may make the gateway fetch: as many addresses, so much together (in base64), so many at the same time, for so long. */
const MOST_ADDRESSES = 32;
const MOST_CHARACTERS = 64 * 1024 * 1024;
const LANES = 4;
const LONGEST_MS = 60_000;

type Fetched = Awaited<ReturnType<Occasion["fetchMedia"]>>;
type AnyPart = UserPart | AssistantPart | ToolResultPart;
type Change = (part: MediaPart) => MediaPart;

/** The request with every address that the upstream can't fetch replaced by what lies behind it; the same request where there is none. */
export async function withBytes(
  request: CanonicalRequest,
  needsBytes: Protocol["needsBytes"],
  fetchMedia: Occasion["fetchMedia"],
): Promise<CanonicalRequest> {
  const urls = new Set<string>();
  changeMedia(request, (part) => {
    const { source } = part;
    if (source.kind === "url" && needsBytes({ type: part.type, url: source.url })) urls.add(source.url);
    return part;
  });
  if (urls.size > MOST_ADDRESSES) {
    throw invalid(
      "url",
      `一次最多可以引用 ${MOST_ADDRESSES} 个需要下载的地址，这里有 ${urls.size} 个。`,
      `a call may name at most ${MOST_ADDRESSES} addresses that must be fetched; there are ${urls.size}.`,
    );
  }
  const fetched = await fetchAll([...urls], fetchMedia);
  return changeMedia(request, (part) => {
    const bytes = part.source.kind === "url" ? fetched.get(part.source.url) : undefined;
    return bytes === undefined ? part : { ...part, source: { kind: "base64", ...bytes } };
  });
}

/** All of them, or the first thing that is wrong with any: the others are then not begun. */
async function fetchAll(urls: readonly string[], fetchMedia: Occasion["fetchMedia"]): Promise<Map<string, Fetched>> {
  const fetched = new Map<string, Fetched>();
  const startedAt = performance.now();
  let next = 0;
  let characters = 0;
  let hasFailed = false;
  const lane = async () => {
    for (let url = urls[next++]; url !== undefined && !hasFailed; url = urls[next++]) {
      try {
        if (performance.now() - startedAt > LONGEST_MS)
          throw tooMuch("下载所有地址花的时间太长", "it takes too long to fetch all addresses");
        const each = await fetchMedia(url);
        characters += each.data.length;
        if (characters > MOST_CHARACTERS)
          throw tooMuch("所有地址的内容加起来太大", "what lies behind all addresses is too large together");
        fetched.set(url, each);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, urls.length) }, lane));
  return fetched;
}

function tooMuch(zh: string, en: string) {
  return invalid("url", `${zh}，请直接附上内容，或少用几个。`, `${en}: send the contents themselves, or fewer.`);
}

/** Whether any part is media behind an address that needs fetching. */
export function hasAddresses(request: CanonicalRequest, needsBytes: Protocol["needsBytes"]): boolean {
  let has = false;
  changeMedia(request, (part) => {
    has ||= part.source.kind === "url" && needsBytes({ type: part.type, url: part.source.url });
    return part;
  });
  return has;
}

function changeMedia(request: CanonicalRequest, change: Change): CanonicalRequest {
  return { ...request, messages: request.messages.map((message) => changedMessage(message, change)) };
}

function changedMessage(message: Message, change: Change): Message {
  if (message.role === "system") return message;
  return { ...message, parts: message.parts.map((part) => changedPart(part, change)) } as Message;
}

function changedPart(part: AnyPart, change: Change): AnyPart {
  if (part.type === "tool-result")
    return { ...part, parts: part.parts.map((each) => changedPart(each, change) as UserPart) };
  return part.type === "image" || part.type === "document" || part.type === "audio" ? change(part) : part;
}
