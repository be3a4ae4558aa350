import { type AppError, healingPage } from "@lyceum/domain";
import type { Deps } from "./deps.ts";
import type { GatewayRequest } from "./gateway-request.ts";

type Asked = Pick<GatewayRequest, "headers">;
type Known = Pick<Deps, "config" | "trustsProxy">;

/**
 * Where a caller finds the console: what the settings say, else the address that the client itself has used, since console and gateway have one. A proxy
 * may have changed the scheme, so the settings come first; what a proxy says of the address counts only where one is trusted. Null: nothing usable is known.
 */
export function consoleAddress({ headers }: Asked, { config, trustsProxy }: Known): string | null {
  const siteUrl = config()?.settings.siteUrl;
  if (siteUrl) return siteUrl;
  const forwarded = (name: string) => (trustsProxy ? first(headers[name]) : "");
  const host = forwarded("x-forwarded-host") || headers.host;
  if (host === undefined || !/^[\w.:[\]-]{1,255}$/.test(host)) return null;
  return `${forwarded("x-forwarded-proto") === "https" ? "https" : "http"}://${host}`;
}

/** What the outermost proxy has put into a header that may be a list. */
function first(value: string | string[] | undefined): string {
  return [value ?? ""].flat().join(",").split(",")[0]?.trim() ?? "";
}

/** The error with the page of the console where its reader goes on. Only ever called for errors: a request that succeeds pays nothing for it. */
export function withConsole(error: AppError, request: Asked, known: Known): AppError {
  const site = consoleAddress(request, known);
  if (site !== null) error.consoleUrl = `${site}${healingPage(error.code).href}`;
  return error;
}
