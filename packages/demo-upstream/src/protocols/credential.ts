import type { IncomingHttpHeaders } from "node:http";
import type { CredentialPlace, DemoRequest } from "./protocol.ts";

export type Credential = { place: CredentialPlace; value: string };

/** The first credential at one of these places. */
export function findCredential(
  places: readonly CredentialPlace[],
  { headers, path }: Pick<DemoRequest, "headers" | "path">,
): Credential | undefined {
  for (const place of places) {
    const value = place === "key" ? keyInQuery(path) : inHeaders(place, headers);
    if (value !== undefined) return { place, value };
  }
  return undefined;
}

function inHeaders(place: Exclude<CredentialPlace, "key">, headers: IncomingHttpHeaders): string | undefined {
  if (place === "bearer") return /^Bearer (.*)$/i.exec(headers.authorization ?? "")?.[1];
  const value = headers[place];
  return Array.isArray(value) ? value[0] : value;
}

function keyInQuery(path: string): string | undefined {
  const at = path.indexOf("?");
  return at < 0 ? undefined : (new URLSearchParams(path.slice(at)).get("key") ?? undefined);
}
