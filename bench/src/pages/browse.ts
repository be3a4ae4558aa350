import { once } from "node:events";
import { type Dispatcher, Pool } from "undici";
import { PASSWORD } from "./campus-scene.ts";

/** What one load of a page took the server, as its client saw it. */
export type Load = {
  readonly status: number;
  readonly firstByteMs: number;
  readonly ms: number;
  /** As sent: compressed. */
  readonly bytes: number;
};

/** Somebody's browser, as far as loading pages goes: cookies, one connection, compressed answers. */
export type Browser = { load(path: string): Promise<Load>; close(): Promise<void> };

/** Signs in over HTTP as the form does. */
export async function openBrowser(url: string, studentId: string): Promise<Browser> {
  const pool = new Pool(url, { connections: 1 });
  const cookies = new Map<string, string>();
  let isCompressed = false;
  const ask = async (path: string, form?: Record<string, string>): Promise<Dispatcher.ResponseData> => {
    const answer = await pool.request({
      path: encodeURI(path),
      method: form ? "POST" : "GET",
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        "accept-encoding": isCompressed ? "gzip" : "identity",
        "accept-language": "zh-CN",
        ...(form && { "content-type": "application/x-www-form-urlencoded", origin: url }),
      },
      body: form ? new URLSearchParams(form).toString() : null,
    });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  const csrf = await ask("/api/auth/csrf");
  const { csrfToken } = (await csrf.body.json()) as { csrfToken: string };
  const signedIn = await ask("/api/auth/callback/credentials", {
    csrfToken,
    studentId,
    password: PASSWORD,
    json: "true",
  });
  await signedIn.body.dump();
  if (![...cookies.keys()].some((name) => name.endsWith("session-token")))
    throw new Error(`${studentId} can't sign in`);
  isCompressed = true;
  return {
    async load(path) {
      const from = performance.now();
      const { statusCode, body } = await ask(path);
      let firstByteMs: number | undefined;
      let bytes = 0;
      body.on("data", (chunk: Buffer) => {
        firstByteMs ??= performance.now() - from;
        bytes += chunk.length;
      });
      await once(body, "end");
      const ms = performance.now() - from;
      return { status: statusCode, firstByteMs: firstByteMs ?? ms, ms, bytes };
    },
    close: () => pool.close(),
  };
}
