"use server";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { isSessionCookie } from "#server/cookies.ts";

/** Forgets the session of this browser; the session lives in the cookie alone. Works without JavaScript. */
export async function signOut(): Promise<void> {
  const store = await cookies();
  for (const { name } of store.getAll()) {
    if (isSessionCookie(name))
      store.set(name, "", { path: "/", maxAge: 0, httpOnly: true, secure: name.startsWith("__Secure-") });
  }
  redirect("/sign-in");
}
