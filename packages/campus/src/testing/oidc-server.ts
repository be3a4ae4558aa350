import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { json, listen } from "./listen.ts";

export type IdToken = { header: Record<string, unknown>; claims: Record<string, unknown> };

/**
 * An OpenID provider for tests: whoever comes to /authorize is `person`. It checks client, secret, PKCE, the exact return address, and that a code comes
 * once. `tamper` changes an ID token before it is signed; `forge` signs it with another key.
 */
export async function startOidcServer(options: {
  person: Record<string, unknown>;
  clientId: string;
  clientSecret: string;
  port?: number;
}) {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const others = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const codes = new Map<string, { query: URLSearchParams; person: Record<string, unknown> }>();
  const people = new Map<string, Record<string, unknown>>();
  const state = {
    ...options,
    tamper: null as ((token: IdToken) => void) | null,
    forge: false,
    /** Claims that only the userinfo endpoint tells. */
    userinfo: {} as Record<string, unknown>,
    metadata: {} as Record<string, unknown>,
    error: null as string | null,
    tokenRequests: 0,
  };

  function signed(token: IdToken): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const input = `${part(token.header)}.${part(token.claims)}`;
    if (token.header.alg === "none") return `${input}.`;
    if (token.header.alg === "HS256") {
      return `${input}.${createHmac("sha256", state.clientSecret).update(input).digest("base64url")}`;
    }
    const key = state.forge ? others.privateKey : keys.privateKey;
    return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
  }

  function exchange(body: URLSearchParams, authorization: string) {
    state.tokenRequests += 1;
    const shown = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString();
    // RFC 6749, 2.3.1: both are form-encoded before they are joined.
    const [id, secret] = shown.split(":").map((part) => new URLSearchParams(`x=${part}`).get("x"));
    if (id !== state.clientId || secret !== state.clientSecret) {
      return json({ error: "invalid_client" }, 401);
    }
    const code = body.get("code") ?? "";
    const found = codes.get(code);
    codes.delete(code);
    const challenge = createHash("sha256")
      .update(body.get("code_verifier") ?? "")
      .digest("base64url");
    const fits =
      found?.query.get("redirect_uri") === body.get("redirect_uri") && found?.query.get("code_challenge") === challenge;
    if (found === undefined || !fits) return json({ error: "invalid_grant" }, 400);
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: server.url, aud: state.clientId, iat: now, exp: now + 300, ...found.person };
    const token: IdToken = {
      header: { alg: "RS256", kid: "1" },
      claims: { ...claims, nonce: found.query.get("nonce") },
    };
    state.tamper?.(token);
    const accessToken = randomBytes(16).toString("hex");
    people.set(accessToken, { sub: found.person.sub, ...state.userinfo });
    return json({ access_token: accessToken, token_type: "Bearer", expires_in: 300, id_token: signed(token) });
  }

  const server = await listen((url, request, body) => {
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json({
          issuer: server.url,
          authorization_endpoint: `${server.url}/authorize`,
          token_endpoint: `${server.url}/token`,
          userinfo_endpoint: `${server.url}/userinfo`,
          jwks_uri: `${server.url}/keys`,
          response_types_supported: ["code"],
          id_token_signing_alg_values_supported: ["RS256", "HS256", "none"],
          ...state.metadata,
        });
      case "/keys":
        return json({ keys: [{ ...keys.publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }] });
      case "/authorize": {
        const back = new URL(url.searchParams.get("redirect_uri") ?? "");
        back.searchParams.set("state", url.searchParams.get("state") ?? "");
        if (state.error !== null) back.searchParams.set("error", state.error);
        else {
          const code = randomBytes(16).toString("hex");
          codes.set(code, { query: url.searchParams, person: state.person });
          back.searchParams.set("code", code);
        }
        return { status: 302, headers: { location: back.href } };
      }
      case "/token":
        return exchange(new URLSearchParams(body), request.headers.authorization ?? "");
      case "/userinfo":
        return json(people.get((request.headers.authorization ?? "").replace(/^Bearer /, "")) ?? {});
      default:
        return { status: 404 };
    }
  }, options.port);
  return { ...server, address: server.url, state };
}
