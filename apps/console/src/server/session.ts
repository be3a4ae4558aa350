import "server-only";
import type { SessionUser } from "@lyceum/db";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { cache } from "react";
import { getAuthOptions } from "./auth.ts";
import { pathHeader, stepTo } from "./public-paths.ts";
import { getSettings } from "./settings.ts";

export type Role = SessionUser["role"];

/** The signed-in person, or null; one look at the database per request. */
export const getSession = cache(async (): Promise<SessionUser | null> => {
  const session = await getServerSession(getAuthOptions());
  return session?.user ?? null;
});

/** What stands between this person and the console: a one-time password first, then new terms. */
export async function getPendingStep(user: SessionUser): Promise<"/password" | "/terms" | null> {
  if (user.mustChangePassword) return "/password";
  const { terms } = await getSettings();
  return user.termsVersion === terms.version ? null : "/terms";
}

/** The signed-in person for a page that auditors read too. Leads to /sign-in, /password or /terms when something is due first, and from there back. */
export async function requireReader(): Promise<SessionUser> {
  const user = await getSession();
  const step = user ? await getPendingStep(user) : "/sign-in";
  if (user && !step) return user;
  redirect(stepTo(step ?? "/sign-in", (await headers()).get(pathHeader)));
}

/** As requireReader, for a page about what is one's own; auditors have nothing and are told that the page does not exist. */
export async function requireSession(): Promise<SessionUser> {
  const user = await requireReader();
  if (user.role === "auditor") notFound();
  return user;
}

/** As requireReader; who has none of these roles is told that the page does not exist. */
export async function requireRole(...roles: readonly [Role, ...Role[]]): Promise<SessionUser> {
  const user = await requireReader();
  if (!roles.includes(user.role)) notFound();
  return user;
}

/** As requireReader, for a route: the person, or the answer to whoever is not signed in or has something due first. */
export async function findReader(): Promise<SessionUser | Response> {
  const user = await getSession();
  if (!user || (await getPendingStep(user))) return new Response(null, { status: 401 });
  return user;
}

/** As requireSession, for a route: the person, or the answer to whoever has nothing there. */
export async function findPerson(): Promise<SessionUser | Response> {
  const user = await findReader();
  return !(user instanceof Response) && user.role === "auditor" ? new Response(null, { status: 404 }) : user;
}
