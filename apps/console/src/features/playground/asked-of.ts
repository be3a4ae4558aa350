import type { Asked, AskedParameters, AskedPart, Json } from "#features/snippets/asked.ts";
import type { Assembled } from "./assemble.ts";

/** A picture that has to stand beside the code, and where it is to be had. */
export interface AskedFile {
  file: string;
  attachmentId: string;
}

export interface PictureOf {
  id: string;
  name: string;
  mediaType: string;
}

/** Stands in the request of a draft at the place of a picture. */
export const pictureMark = (id: string) => `attachment:${id}`;

/** Parameters that have a word of their own in clients, by what they are called in the body, and what they must be to be said by it. */
const own: Readonly<Record<string, { as: keyof AskedParameters; fits: (value: unknown) => boolean }>> = {
  temperature: { as: "temperature", fits: isNumber },
  top_p: { as: "topP", fits: isNumber },
  max_tokens: { as: "maxTokens", fits: isNumber },
  presence_penalty: { as: "presencePenalty", fits: isNumber },
  frequency_penalty: { as: "frequencyPenalty", fits: isNumber },
  seed: { as: "seed", fits: isNumber },
  stop: { as: "stop", fits: (value) => Array.isArray(value) && value.every((each) => typeof each === "string") },
  reasoning_effort: { as: "effort", fits: (value) => typeof value === "string" },
};

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

/** A request as every client can say it; pictures become files of their own names beside the code. */
export function askedOf(body: Assembled["body"], pictures: readonly PictureOf[]): { asked: Asked; files: AskedFile[] } {
  // Only the playground's own stream needs the last two.
  const { model, messages, stream: _, stream_options: __, ...rest } = body;
  const parameters: Record<string, unknown> = {};
  const extra: Record<string, Json> = {};
  for (const [name, value] of Object.entries(rest)) {
    const known = Object.hasOwn(own, name) ? own[name] : undefined;
    if (known?.fits(value)) parameters[known.as] = value;
    else extra[name] = value as Json;
  }
  const files = fileNames(pictures);
  const used: AskedFile[] = [];
  const parts = (content: (typeof messages)[number]["content"]): AskedPart[] => {
    if (typeof content === "string") return [{ kind: "text", text: content }];
    return content.flatMap((part): AskedPart[] => {
      if (part.type === "text") return [{ kind: "text", text: part.text }];
      const picture = pictures.find(({ id }) => pictureMark(id) === part.image_url.url);
      const file = picture && files.get(picture.id);
      if (!picture || file === undefined) return [];
      if (!used.some((each) => each.file === file)) used.push({ file, attachmentId: picture.id });
      return [{ kind: "image", file, mediaType: picture.mediaType }];
    });
  };
  const system = messages.flatMap(({ role, content }) => (role === "system" ? [String(content)] : []));
  const asked: Asked = {
    model,
    ...(system.length > 0 && { system: system.join("\n\n") }),
    messages: messages.flatMap(({ role, content }) => (role === "system" ? [] : [{ role, parts: parts(content) }])),
    parameters: parameters as AskedParameters,
    ...(Object.keys(extra).length > 0 && { extra }),
  };
  return { asked, files: used };
}

const endings: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
};

/** A name for each, plain enough for every shell and system, and no two the same. */
function fileNames(pictures: readonly PictureOf[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, name, mediaType } of pictures) {
    // The ending says what the bytes are: a photo may have become a JPEG on its way.
    const stem =
      name
        .replace(/\.[^.]*$/, "")
        .replace(/[^\p{L}\p{N}_-]+/gu, "-")
        .replace(/^-+|-+$/g, "") || "image";
    let file = `${stem}.${endings[mediaType] ?? "png"}`;
    for (let copy = 2; taken.has(file.toLowerCase()); copy++) file = `${stem}-${copy}.${endings[mediaType] ?? "png"}`;
    taken.add(file.toLowerCase());
    names.set(id, file);
  }
  return names;
}
