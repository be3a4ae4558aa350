import "server-only";
import type { SessionUser } from "@lyceum/db";
import { notFound, redirect } from "next/navigation";
import { getServerSession } from "next-auth";
import { cache } from "react";
import { getAuthOptions } from "./auth.ts";
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

/** The signed-in person for a page. Leads to /sign-in, /password or /terms when something is due first. */
export async function requireSession(): Promise<SessionUser> {
  const user = await getSession();
  if (!user) redirect("/sign-in");
  const step = await getPendingStep(user);
  if (step) redirect(step);
  return user;
}

/** As requireSession; who has another role is told that the page does not exist. */
export async function requireRole(role: Role): Promise<SessionUser> {
  const user = await requireSession();
  if (user.role !== role) notFound();
  return user;
}
