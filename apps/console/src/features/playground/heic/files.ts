import "server-only";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const types = {
  "worker.js": "text/javascript; charset=utf-8",
  "libheif.js": "text/javascript; charset=utf-8",
  "libheif.wasm": "application/wasm",
  LICENSE: "text/plain; charset=utf-8",
} as const;

export type HeicFile = keyof typeof types;

export const isHeicFile = (name: string): name is HeicFile => Object.hasOwn(types, name);

/** What the worker may do: run these scripts, compile WebAssembly, load from here. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** A file of the worker as it is sent. Nothing bundles them: ours stands beside the console's other sources, the library's in its package. */
export async function heicFile(name: HeicFile): Promise<Response> {
  const bytes = await readFile(name === "worker.js" ? ownWorker() : join(libraryFolder(), name));
  return new Response(bytes, {
    headers: {
      "content-type": types[name],
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "cache-control": "private, max-age=86400",
    },
  });
}

function ownWorker(): string {
  return join(process.cwd(), "src", "features", "playground", "heic", "worker.js");
}

function libraryFolder(): string {
  // Not imported: the bundler would take the library for the server's own.
  const { createRequire } = process.getBuiltinModule("node:module");
  const from = createRequire(join(process.cwd(), "package.json"));
  return join(from.resolve("libheif-js/package.json"), "..", "libheif-wasm");
}
