import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";

export type Reply = { status: number; headers: IncomingHttpHeaders; body: Buffer };
type Body = Record<string, unknown>;

/** A chat request whose answer is still coming in. `hangUp` closes the connection from this side. */
export type OpenCall = { response: Promise<IncomingMessage>; hangUp(): void };

/** What the tests read of a streamed chunk. */
export type Chunk = {
  id: string;
  model: string;
  choices: { index: number; delta: Delta; finish_reason: string | null }[];
  usage?: Usage | null;
  error?: { message: string };
};
export type Delta = { role?: string; content?: string; reasoning_content?: string; tool_calls?: ToolDelta[] };
export type ToolDelta = { index: number; id?: string; function: { name?: string; arguments: string } };
export type Usage = {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: { cached_tokens: number };
  completion_tokens_details?: { reasoning_tokens: number };
};
export type Completion = {
  id: string;
  choices: {
    index: number;
    finish_reason: string;
    message: {
      content: string | null;
      reasoning_content?: string;
      tool_calls?: { id: string; function: { name: string; arguments: string } }[];
    };
  }[];
  usage?: Usage;
};

/** Sends a chat request with one user message, unless `body` brings its own, on a connection of its own. */
export function openChat(url: string, model: string, body: Body = {}, credential = "none"): OpenCall {
  const text = JSON.stringify({ model, messages: [{ role: "user", content: "hello" }], ...body });
  const headers = { "content-type": "application/json", authorization: `Bearer ${credential}` };
  const call = request(`${url}/v1/chat/completions`, { method: "POST", headers, agent: false });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    call.once("response", resolve).on("error", reject);
  });
  call.end(text);
  return { response, hangUp: () => call.destroy() };
}

/** The whole reply. Rejects if the connection breaks. */
export async function chat(url: string, model: string, body: Body = {}, credential?: string): Promise<Reply> {
  const response = await openChat(url, model, body, credential).response;
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) };
}

/** The completion object of a reply that is not streamed. */
export async function complete(url: string, model: string, body: Body = {}): Promise<Completion> {
  const reply = await chat(url, model, body);
  return JSON.parse(reply.body.toString()) as Completion;
}

/** The chunks of a streamed reply; throws unless it ends with [DONE]. */
export async function streamChunks(url: string, model: string, body: Body = {}): Promise<Chunk[]> {
  const reply = await chat(url, model, { stream: true, ...body });
  return parseEvents(reply.body.toString());
}

/** Reads "data: …" events parted by empty lines; throws unless the last is [DONE]. */
export function parseEvents(text: string): Chunk[] {
  const data = text
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .map((line) => line.slice("data: ".length));
  if (data.pop() !== "[DONE]") throw new Error("the stream does not end with [DONE]");
  return data.map((json) => JSON.parse(json) as Chunk);
}

/** The text all content deltas of one choice make. */
export function contentOf(chunks: readonly Chunk[], index = 0): string {
  return chunks
    .flatMap((chunk) => chunk.choices)
    .filter((choice) => choice.index === index)
    .map((choice) => choice.delta.content ?? "")
    .join("");
}

/** The usage objects in a stream, in order, nulls left out. */
export function usagesOf(chunks: readonly Chunk[]): Usage[] {
  return chunks.flatMap((chunk) => (chunk.usage ? [chunk.usage] : []));
}
