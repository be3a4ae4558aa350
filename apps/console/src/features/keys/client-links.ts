/** Chat programs that take an address and a key by a link. The link is built in the browser: it holds the key. */
export const chatClients = ["cherry", "chatbox", "lobe"] as const;
export type ChatClient = (typeof chatClients)[number];

/** As the programs call themselves; keys made for them are named so. */
export const clientNames: Readonly<Record<ChatClient, string>> = {
  cherry: "Cherry Studio",
  chatbox: "Chatbox",
  lobe: "LobeChat",
};

/** What a program is told of a model. */
export interface ClientModel {
  name: string;
  capabilities: readonly string[];
  contextTokens: number | null;
  maxOutputTokens: number | null;
}

export interface ClientAccess {
  /** Names the provider there. */
  siteName: string;
  /** Ends in /v1. */
  baseUrl: string;
  secret: string;
  models: readonly ClientModel[];
}

/** Windows opens no program by a longer address. */
const LONGEST = 2_000;
/** The provider's id there: the same for each key, so that a new one replaces the former. */
const PROVIDER_ID = "lyceum";

const originOf = ({ baseUrl }: ClientAccess) => baseUrl.replace(/\/v1$/, "");

/** The link that opens this program with the key in it; `lobeUrl` is where the campus has its LobeChat. */
export function clientLink(client: ChatClient, access: ClientAccess, lobeUrl: string): string {
  if (client === "cherry") return cherryLink(access);
  return client === "chatbox" ? chatboxLink(access) : lobeLink(access, lobeUrl);
}

/** Cherry Studio adds /v1 itself. */
function cherryLink(access: ClientAccess): string {
  const { siteName: name, secret: apiKey } = access;
  const data = { id: PROVIDER_ID, name, type: "openai", baseUrl: originOf(access), apiKey };
  return `cherrystudio://providers/api-keys?v=1&data=${encodeURIComponent(plainBase64(data))}`;
}

/** Chatbox asks nobody for the models, so it is told of as many as the link has room for. */
function chatboxLink(access: ClientAccess): string {
  let link = chatboxLinkWith(access, []);
  for (let count = 1; count <= access.models.length; count++) {
    const longer = chatboxLinkWith(access, access.models.slice(0, count));
    if (longer.length > LONGEST) break;
    link = longer;
  }
  return link;
}

function chatboxLinkWith(access: ClientAccess, models: readonly ClientModel[]): string {
  const origin = originOf(access);
  const config = {
    id: PROVIDER_ID,
    name: access.siteName,
    type: "openai",
    urls: { website: origin },
    settings: {
      apiHost: origin,
      apiPath: "/v1/chat/completions",
      apiKey: access.secret,
      models: models.map(chatboxModel),
    },
  };
  return `chatbox://provider/import?config=${encodeURIComponent(plainBase64(config))}`;
}

const chatboxWords = [
  ["vision", "vision"],
  ["reasoning", "reasoning"],
  ["tools", "tool_use"],
] as const;

function chatboxModel({ name, capabilities, contextTokens, maxOutputTokens }: ClientModel) {
  const known = chatboxWords.filter(([own]) => capabilities.includes(own)).map(([, theirs]) => theirs);
  return {
    modelId: name,
    type: "chat",
    ...(known.length > 0 ? { capabilities: known } : {}),
    ...(contextTokens === null ? {} : { contextWindow: contextTokens }),
    ...(maxOutputTokens === null ? {} : { maxOutput: maxOutputTokens }),
  };
}

/** A page of another site: the key stands in its address. */
function lobeLink({ baseUrl: baseURL, secret: apiKey }: ClientAccess, lobeUrl: string): string {
  const settings = { keyVaults: { openai: { apiKey, baseURL } } };
  return `${lobeUrl.replace(/\/+$/, "")}/?settings=${encodeURIComponent(JSON.stringify(settings))}`;
}

/**
 * Base64 of JSON without one of the characters that some versions of these programs lose on the way: `+` and `/` come only from letters beyond
 * ASCII and from `>`, `?`, `~`, which JSON can write as escapes, and `=` only from a length that blanks can fill up.
 */
function plainBase64(value: object): string {
  const escaped = JSON.stringify(value).replace(
    /[^ -=@-}]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return btoa(escaped.padEnd(Math.ceil(escaped.length / 3) * 3));
}
