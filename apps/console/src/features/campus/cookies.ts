import "server-only";
import { deriveSecret, openClaims, signClaims } from "@lyceum/domain";
import { cookies, headers } from "next/headers";
import { z } from "zod";
import { getEnv } from "#server/env.ts";

/** Where everything of a campus sign-in happens; its cookies go nowhere else. */
export const CAMPUS_PATH = "/sign-in/campus";

/** How long somebody may take at the campus's server. */
export const PENDING_MS = 10 * 60_000;
/** How long somebody may think about an account that is there already. */
const ARRIVAL_MS = 10 * 60_000;

const pendingSchema = z.object({
  state: z.string().min(16),
  returnUrl: z.url(),
  nonce: z.string(),
  codeVerifier: z.string(),
  next: z.string(),
  expiresAt: z.number().int(),
});
/** What the browser that began keeps until it comes back. */
export type PendingClaims = z.infer<typeof pendingSchema>;

const arrivalSchema = z.object({
  person: z.object({
    issuer: z.string(),
    subject: z.string(),
    studentId: z.string(),
    name: z.string().nullable(),
    email: z.string().nullable(),
  }),
  account: z.enum(["unproven", "staff"]),
  next: z.string(),
  expiresAt: z.number().int(),
});
/** Who came back, where a choice is still due. */
export type ArrivalClaims = z.infer<typeof arrivalSchema>;

const pendingCookie = { name: "campus-pending", prefix: "lyceum-campus-pending-v1", schema: pendingSchema };
const arrivalCookie = { name: "campus-arrival", prefix: "lyceum-campus-arrival-v1", schema: arrivalSchema };
type Signed<Claims extends { expiresAt: number }> = { name: string; prefix: string; schema: z.ZodType<Claims> };

export const keepPending = (claims: Omit<PendingClaims, "expiresAt">) => keep(pendingCookie, claims, PENDING_MS);
export const keepArrival = (claims: Omit<ArrivalClaims, "expiresAt">) => keep(arrivalCookie, claims, ARRIVAL_MS);
export const dropPending = () => drop(pendingCookie);
export const dropArrival = () => drop(arrivalCookie);
/** What this browser began, whether or not its time is over; null: nothing. */
export const findPending = () => find(pendingCookie, 0);
export const findArrival = () => find(arrivalCookie, Date.now());

function key(): Buffer {
  return deriveSecret(getEnv().LYCEUM_SECRET, "campus-sign-in");
}

async function attributes() {
  const secure = (await headers()).get("x-forwarded-proto") === "https";
  // Lax: the campus's server sends the browser back by a link, and no page elsewhere gets it sent along with a form.
  return { httpOnly: true, sameSite: "lax", path: CAMPUS_PATH, secure } as const;
}

async function keep<Claims extends { expiresAt: number }>(
  cookie: Signed<Claims>,
  claims: Omit<Claims, "expiresAt">,
  lifetimeMs: number,
): Promise<void> {
  const value = signClaims(cookie.prefix, key(), { ...claims, expiresAt: Date.now() + lifetimeMs });
  // Kept longer than it is good for: so we can say that it has expired.
  (await cookies()).set(cookie.name, value, { ...(await attributes()), maxAge: (6 * lifetimeMs) / 1000 });
}

async function drop({ name }: { name: string }): Promise<void> {
  (await cookies()).set(name, "", { ...(await attributes()), maxAge: 0 });
}

async function find<Claims extends { expiresAt: number }>(cookie: Signed<Claims>, now: number): Promise<Claims | null> {
  const value = (await cookies()).get(cookie.name)?.value;
  return value === undefined ? null : openClaims(cookie.prefix, key(), value, { schema: cookie.schema, now });
}
