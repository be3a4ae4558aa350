import { AppError, type ErrorParameters, termsAtGateway } from "@lyceum/domain";
import { consoleAddress } from "./console-address.ts";
import type { Deps } from "./deps.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import type { Caller } from "./key-cache.ts";

/** Whether a caller's person has accepted the terms that the gateway asks for now. */
export function hasAccepted({ termsVersion }: Pick<Caller, "termsVersion">, { config }: Pick<Deps, "config">): boolean {
  const terms = config()?.settings.terms;
  // Without a configuration nothing is admitted anyway.
  if (terms === undefined || termsVersion === terms.version) return true;
  return termsVersion !== null && termsVersion >= termsAtGateway(terms, Date.now());
}

/** The refusal, with the page where they are accepted. */
export function termsRequired(
  request: Pick<GatewayRequest, "headers">,
  deps: Pick<Deps, "config" | "trustsProxy">,
): AppError {
  const site = consoleAddress(request, deps);
  const link: ErrorParameters =
    site === null ? {} : { link_zh: `同意条款：${site}/terms`, link_en: `Accept them at ${site}/terms` };
  return new AppError("terms_required", { parameters: link });
}
