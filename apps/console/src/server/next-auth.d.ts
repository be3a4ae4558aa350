import type { SessionUser } from "@lyceum/db";

declare module "next-auth" {
  interface User {
    sessionVersion: number;
  }
  interface Session {
    /** Null when the session was revoked or the account disabled. */
    user: SessionUser | null;
  }
}

declare module "next-auth/jwt" {
  interface JWT {
    sessionVersion?: number;
  }
}
