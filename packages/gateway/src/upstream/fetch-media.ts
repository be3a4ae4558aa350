import { AppError } from "@lyceum/domain";
import { Agent, request } from "undici";
import { sniffMediaType } from "../canonical/sniff-media-type.ts";
import { AddressRefused, guardedConnector } from "./guarded-connect.ts";

const MAXIMUM_BYTES = 20 * 1024 * 1024;
const TIMEOUT_MS = 20_000;
const MAXIMUM_REDIRECTS = 3;

/** Fetches media from the web for upstreams that can't. Closed with `close`. */
export type MediaFetcher = {
  /** `data` is base64. Throws AppError `invalid_request`, which names the address and what is wrong with it. */
  fetchMedia(url: string): Promise<{ readonly mediaType: string; readonly data: string }>;
  close(): Promise<void>;
};

/**
 * Addresses are checked when they are dialled, at every redirect: public ones only, unless `allowPrivate` (tests). Size and time are bounded,
 * and the type is what the bytes say, not what the server says.
 */
export function createMediaFetcher(allowPrivate = false): MediaFetcher {
  const agent = new Agent({
    connect: guardedConnector(allowPrivate),
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  return {
    async fetchMedia(url) {
      const bytes = await fetchBytes(url, agent);
      const mediaType = sniffMediaType(bytes);
      if (mediaType === null) throw refused(url, "不是图片、PDF 或音频", "it is no image, PDF or sound");
      return { mediaType, data: bytes.toString("base64") };
    },
    close: () => agent.destroy(),
  };
}

async function fetchBytes(address: string, agent: Agent): Promise<Buffer> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let url = parsed(address, address);
  for (let redirects = 0; ; redirects++) {
    const { statusCode, headers, body } = await request(url, { dispatcher: agent, signal }).catch((cause: unknown) => {
      throw unreachable(address, cause);
    });
    const { location } = headers;
    if (statusCode >= 300 && statusCode < 400 && typeof location === "string" && redirects < MAXIMUM_REDIRECTS) {
      await body.dump();
      url = parsed(location, address, url.href);
      continue;
    }
    if (statusCode !== 200) {
      await body.dump();
      throw refused(address, `服务器回答 ${statusCode}`, `its server answers ${statusCode}`);
    }
    return readAll(body, address);
  }
}

async function readAll(body: AsyncIterable<Buffer>, address: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      length += chunk.length;
      if (length > MAXIMUM_BYTES) throw refused(address, "超过 20 MB", "it is larger than 20 MB");
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof AppError ? error : unreachable(address, error);
  }
  return Buffer.concat(chunks);
}

/** `base`: what a redirect's address may be relative to. */
function parsed(url: string, address: string, base?: string): URL {
  const result = URL.canParse(url, base) ? new URL(url, base) : null;
  if (result?.protocol === "https:" || result?.protocol === "http:") return result;
  throw refused(address, "只支持 http 和 https 地址", "only http and https addresses are fetched");
}

function unreachable(address: string, cause: unknown): AppError {
  if (isAddressRefused(cause)) return refused(address, "这个地址不允许访问", "this address may not be dialled", cause);
  return refused(address, "无法下载", "it can't be fetched", cause);
}

function isAddressRefused(cause: unknown): boolean {
  return cause instanceof AddressRefused || (cause instanceof Error && cause.cause instanceof AddressRefused);
}

function refused(address: string, zh: string, en: string, cause?: unknown): AppError {
  const url = address.slice(0, 200);
  return new AppError("invalid_request", {
    cause,
    parameters: { reason_zh: `无法使用 ${url}：${zh}。`, reason_en: `${url} can't be used: ${en}.` },
  });
}
