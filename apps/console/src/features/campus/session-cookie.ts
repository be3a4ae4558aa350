import "server-only";
import type { SessionUser } from "@lyceum/db";
import { cookies, headers } from "next/headers";
import { encode } from "next-auth/jwt";
import { sessionSeconds } from "#server/auth.ts";
import { getEnv } from "#server/env.ts";

/** Signs the browser in as this person: the cookie that next-auth itself would set after a password, and reads. */
export async function openSession({ id, sessionVersion }: SessionUser): Promise<void> {
  const secure = (await headers()).get("x-forwarded-proto") === "https";
  const token = { sub: id, sessionVersion };
  const value = await encode({ token, secret: getEnv().NEXTAUTH_SECRET, maxAge: sessionSeconds });
  (await cookies()).set(`${secure ? "__Secure-" : ""}next-auth.session-token`, value, {
    ...{ httpOnly: true, sameSite: "lax", path: "/", secure },
    maxAge: sessionSeconds,
  });
}
