import "server-only";
import { getSessionUser, verifySignIn } from "@lyceum/db";
import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { z } from "zod";
import { getClient } from "./client.ts";
import { getDb } from "./db.ts";
import { getEnv } from "./env.ts";

const signInInput = z.object({ studentId: z.string().trim().min(1).max(64), password: z.string().min(1).max(1024) });
export const sessionSeconds = 30 * 24 * 3600;

/** Built per use, because the secret exists only at run time. */
export function getAuthOptions(): NextAuthOptions {
  return {
    secret: getEnv().NEXTAUTH_SECRET,
    session: { strategy: "jwt", maxAge: sessionSeconds },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: [
      CredentialsProvider({
        credentials: { studentId: {}, password: {} },
        async authorize(credentials) {
          const input = signInInput.safeParse(credentials);
          if (!input.success) throw new Error("invalid_credentials");
          const { deviceId, ip } = await getClient();
          const answer = await verifySignIn(getDb(), { ...input.data, deviceId, ip });
          // next-auth carries only this message to the browser; sign-in-form.tsx reads it back.
          if (!answer.ok) throw new Error([answer.code, answer.retryAfterMs ?? ""].join(":"));
          return { id: answer.user.id, sessionVersion: answer.user.sessionVersion };
        },
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        if (user) return { sub: user.id, sessionVersion: user.sessionVersion };
        return token;
      },
      // The cookie only says who; whether it still holds is asked of the database each time.
      async session({ session, token }) {
        const user = token.sub ? await getSessionUser(getDb(), token.sub) : null;
        const valid = user && !user.disabled && user.sessionVersion === token.sessionVersion;
        return { expires: session.expires, user: valid ? user : null };
      },
    },
  };
}
