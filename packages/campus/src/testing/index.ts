export { startCasServer } from "./cas-server.ts";
export { type IdToken, startOidcServer } from "./oidc-server.ts";
