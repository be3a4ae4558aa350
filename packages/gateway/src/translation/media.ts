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
  const fetched = new Map(await Promise.all([...urls].map(async (url) => [url, await fetchMedia(url)] as const)));
  return changeMedia(request, (part) => {
    const bytes = part.source.kind === "url" ? fetched.get(part.source.url) : undefined;
    return bytes === undefined ? part : { ...part, source: { kind: "base64", ...bytes } };
  });
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
