import { casProvider } from "./cas.ts";
import { oidcProvider } from "./oidc.ts";
import type { AuthProvider, CampusConfig } from "./provider.ts";

export { CampusFailure, type CampusFailureCode, campusFailureCodes } from "./failure.ts";
export {
  type AuthProvider,
  type CampusConfig,
  type CampusIdentity,
  type CampusKind,
  campusAddress,
  campusKinds,
  type Pending,
  type Tried,
} from "./provider.ts";

/** The campus's way of signing in, as it was set up. */
export function authProvider(config: CampusConfig): AuthProvider {
  return config.kind === "oidc" ? oidcProvider(config) : casProvider(config);
}
