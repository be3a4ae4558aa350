import * as oauth from "oauth4webapi";
import { CampusFailure } from "./failure.ts";
import { type GuardedFetch, guardedFetch } from "./guarded-fetch.ts";
import { attributesOf, nameIn, studentIdIn } from "./identity.ts";
import { oidcFailure } from "./oidc-failure.ts";
import type { AuthProvider, CampusConfig, CampusIdentity } from "./provider.ts";

/** Clocks on a campus differ by seconds. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** What the provider says of itself and its keys is asked again after so long. */
const METADATA_MS = 10 * 60_000;

type Known = {
  readonly server: oauth.AuthorizationServer;
  readonly until: number;
  readonly keys: oauth.JWKSCacheInput;
};
const known = new Map<string, Known>();

/** OpenID Connect: authorization code with PKCE, state and nonce; the ID token's signature is checked against the provider's keys, though it came by TLS. */
export function oidcProvider(config: CampusConfig): AuthProvider {
  const issuer = new URL(config.address);
  const fetch = guardedFetch(config.allowPrivate);
  const options = requestOptions(fetch, config.allowPrivate);
  const client: oauth.Client = { client_id: config.clientId, [oauth.clockTolerance]: CLOCK_TOLERANCE_SECONDS };
  const cacheKey = JSON.stringify([config.address, config.allowPrivate]);

  async function discover(): Promise<Known> {
    const found = known.get(cacheKey);
    if (found !== undefined && found.until > Date.now()) return found;
    const response = await oauth.discoveryRequest(issuer, { algorithm: "oidc", ...options });
    if (response.status >= 500) throw new CampusFailure("unreachable", `discovery answered ${response.status}`);
    if (response.status !== 200) {
      throw new CampusFailure("provider_wrong", `/.well-known/openid-configuration answered ${response.status}`);
    }
    const server = await oauth.processDiscoveryResponse(issuer, response);
    for (const endpoint of ["authorization_endpoint", "token_endpoint", "jwks_uri"] as const) {
      if (server[endpoint] === undefined) throw new CampusFailure("provider_wrong", `discovery names no ${endpoint}`);
    }
    const fresh = { server: withSafeAlgorithms(server), until: Date.now() + METADATA_MS, keys: {} };
    known.set(cacheKey, fresh);
    return fresh;
  }

  function exchange(
    server: oauth.AuthorizationServer,
    parameters: URLSearchParams,
    returnUrl: string,
    verifier: string,
  ) {
    const authentication = authenticationOf(server, config.clientSecret);
    return oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      parameters,
      returnUrl,
      verifier,
      options,
    );
  }

  async function identify(callback: URL, pending: Parameters<AuthProvider["finish"]>[1]): Promise<CampusIdentity> {
    const { server, keys } = await discover();
    const parameters = oauth.validateAuthResponse(server, client, callback, pending.state);
    const response = await exchange(server, parameters, pending.returnUrl, pending.codeVerifier);
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: pending.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, { ...options, [oauth.jwksCache]: keys });
    const idToken = oauth.getValidatedIdTokenClaims(tokens);
    if (idToken === undefined) throw new CampusFailure("answer_invalid", "no ID token");
    let claims: Readonly<Record<string, unknown>> = idToken;
    if (claims[config.idAttribute] === undefined && server.userinfo_endpoint !== undefined) {
      const more = await oauth.userInfoRequest(server, client, tokens.access_token, options);
      // What it says must be of the same subject. The ID token, which is signed, has the last word.
      claims = { ...(await oauth.processUserInfoResponse(server, client, idToken.sub, more)), ...idToken };
    }
    const attributes = attributesOf(claims);
    return {
      // `sub` may be another for each client (OpenID Connect Core, 8.1; Entra ID's always is): with a new client everybody is linked anew.
      issuer: `oidc ${idToken.iss} ${config.clientId}`,
      subject: idToken.sub,
      studentId: studentIdIn(attributes, config),
      name: nameIn(attributes, config),
      email: typeof claims.email === "string" ? claims.email : null,
      emailVerified: claims.email_verified === true,
    };
  }

  return {
    async begin(returnUrl) {
      const { server } = await discover().catch((error: unknown) => Promise.reject(oidcFailure(error)));
      const pending = {
        returnUrl,
        state: oauth.generateRandomState(),
        nonce: oauth.generateRandomNonce(),
        codeVerifier: oauth.generateRandomCodeVerifier(),
      };
      const url = new URL(server.authorization_endpoint ?? "");
      const query = {
        client_id: config.clientId,
        redirect_uri: returnUrl,
        response_type: "code",
        scope: scopesOf(server),
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),
        code_challenge_method: "S256",
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return { redirectUrl: url.href, pending };
    },

    async finish(callback, pending) {
      try {
        return await identify(callback, pending);
      } catch (error) {
        throw oidcFailure(error);
      }
    },

    async tryOut(returnUrl) {
      try {
        known.delete(cacheKey);
        const { server } = await discover();
        const keys = await fetch(server.jwks_uri ?? "");
        if (keys.status !== 200) throw new CampusFailure("provider_wrong", `jwks_uri answered ${keys.status}`);
        await showSecret(server, returnUrl);
        const isPlain = issuer.protocol === "http:";
        return { notes: isPlain ? ["plain_http"] : [] };
      } catch (error) {
        throw oidcFailure(error);
      }
    },
  };

  /** A code that nobody issued: a provider that knows us says that the code is wrong, any other that we are. */
  async function showSecret(server: oauth.AuthorizationServer, returnUrl: string): Promise<void> {
    const state = oauth.generateRandomState();
    const callback = new URL(`${returnUrl}?code=tried-by-an-administrator&state=${state}`);
    if (server.authorization_response_iss_parameter_supported) callback.searchParams.set("iss", server.issuer);
    const parameters = oauth.validateAuthResponse(server, client, callback, state);
    const verifier = oauth.generateRandomCodeVerifier();
    const response = await exchange(server, parameters, returnUrl, verifier);
    try {
      await oauth.processAuthorizationCodeResponse(server, client, response, {
        expectedNonce: state,
        requireIdToken: true,
      });
    } catch (error) {
      const failure = oidcFailure(error);
      if (failure.code === "ticket_refused") return;
      throw failure;
    }
    throw new CampusFailure("provider_wrong", "it took a code that nobody issued");
  }
}

function requestOptions(fetch: GuardedFetch, allowPrivate: boolean) {
  return {
    [oauth.customFetch]: (url: string, init: { method: string; headers: Record<string, string>; body?: unknown }) =>
      fetch(url, init),
    [oauth.allowInsecureRequests]: allowPrivate,
  };
}

/** Signatures by a secret that both have, or none at all, are taken from nobody, whatever the provider says it can do. */
function withSafeAlgorithms(server: oauth.AuthorizationServer): oauth.AuthorizationServer {
  const given = server.id_token_signing_alg_values_supported;
  if (!Array.isArray(given)) return server;
  const safe = given.filter((each) => typeof each === "string" && /^(?:RS|PS|ES)\d{3}$|^(?:EdDSA|Ed25519)$/.test(each));
  return { ...server, id_token_signing_alg_values_supported: safe.length === 0 ? ["RS256"] : safe };
}

function authenticationOf(server: oauth.AuthorizationServer, secret: string | null): oauth.ClientAuth {
  if (secret === null) return oauth.None();
  const methods = server.token_endpoint_auth_methods_supported;
  const isPost =
    methods !== undefined && !methods.includes("client_secret_basic") && methods.includes("client_secret_post");
  return isPost ? oauth.ClientSecretPost(secret) : oauth.ClientSecretBasic(secret);
}

function scopesOf(server: oauth.AuthorizationServer): string {
  const offered = server.scopes_supported;
  return ["openid", "profile", "email"]
    .filter((each) => each === "openid" || (offered?.includes(each) ?? true))
    .join(" ");
}
