export const campusKinds = ["oidc", "cas"] as const;
export type CampusKind = (typeof campusKinds)[number];

/** How the campus's sign-in is reached, with its secret in open text: goes into no log, error or reply. */
export type CampusConfig = {
  readonly kind: CampusKind;
  /** The issuer of OIDC; the address of CAS before `/login`. */
  readonly address: string;
  /** OIDC only. */
  readonly clientId: string;
  /** Null: a public client, which PKCE alone protects. */
  readonly clientSecret: string | null;
  /** The claim or attribute that carries the student ID; in CAS `user` is the name signed in with. */
  readonly idAttribute: string;
  /** What stands behind the ID in it, "@stu.example.edu": without it there is no ID. "": nothing. */
  readonly idSuffix: string;
  /** The claim or attribute of the person's name; "": the usual ones. */
  readonly nameAttribute: string;
  /** Private and loopback addresses, and plain HTTP. */
  readonly allowPrivate: boolean;
};

/** The address as it is pasted from a server's own pages: of OIDC's discovery document, or of CAS's sign-in page. */
export function campusAddress(kind: CampusKind, typed: string): string {
  const trimmed = typed.trim();
  if (kind === "oidc") return trimmed.replace(/\/\.well-known\/openid-configuration\/?$/, "");
  return trimmed.replace(/\/login\/?$/, "").replace(/\/+$/, "");
}

/** What the browser that began keeps, signed, until it comes back. Nobody else can finish what it began. */
export type Pending = {
  readonly state: string;
  /** The exact address that the provider sends the browser back to. */
  readonly returnUrl: string;
  readonly nonce: string;
  readonly codeVerifier: string;
};

/** Whom the campus says this is. */
export type CampusIdentity = {
  /** The provider, as long as it is the same one. */
  readonly issuer: string;
  /** The person at the provider, whatever else it says of him. */
  readonly subject: string;
  /** As it came, without the suffix. */
  readonly studentId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
};

/** What stands in the way, in the order found; `warnings` stand in nobody's. */
export type Tried = { readonly notes: readonly ("plain_http" | "service_unknown")[] };

/** The seam: a way of signing in on campus. Failures are CampusFailure. */
export type AuthProvider = {
  /** Where to send the browser. `returnUrl`: ours, without a query. */
  begin(returnUrl: string): Promise<{ readonly redirectUrl: string; readonly pending: Pending }>;
  /** The browser came back to `callback`, with what it kept. */
  finish(callback: URL, pending: Pending): Promise<CampusIdentity>;
  /** Whether the provider is there, is what it was said to be, and takes us. */
  tryOut(returnUrl: string): Promise<Tried>;
};
