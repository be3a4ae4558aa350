import type { SessionUser } from "@lyceum/db";
import { createTranslator } from "next-intl";
import { messages } from "#i18n/messages.ts";

/** The request that actions under test believe to be in: tests set it before they call one. */
export const request = {
  /** The Origin header; null: none was sent. */
  origin: "http://console.test" as string | null,
  /** Whose session the cookie is; null: nobody's. */
  user: null as SessionUser | null,
  /** How often an action asked for the page to be drawn again. */
  refreshes: 0,
};

/** Stand-ins for what only exists inside Next, by module name; for `vi.mock`. */
export const edges = {
  "next/headers": {
    headers: async () =>
      new Headers({
        host: "console.test",
        "x-forwarded-for": "6.6.6.6, 10.1.2.3, 127.0.0.1",
        "x-real-ip": "::ffff:10.1.2.3",
        ...(request.origin && { origin: request.origin }),
      }),
    cookies: async () => ({ get: () => undefined, set: () => undefined }),
  },
  "next/cache": {
    refresh: () => {
      request.refreshes += 1;
    },
  },
  "next-auth": { getServerSession: async () => ({ expires: "", user: request.user }) },
  "next-intl/server": {
    getLocale: async () => "en",
    getTranslations: async (namespace?: "courses") =>
      createTranslator({ locale: "en", messages: messages.en, ...(namespace && { namespace }) }),
  },
};

/** The environment of the console on a database of the test's own. */
export function useDatabase(url: string): void {
  Object.assign(process.env, {
    DATABASE_URL: url,
    NEXTAUTH_SECRET: "n".repeat(32),
    LYCEUM_SECRET: "0".repeat(64),
    LYCEUM_INTERNAL_URL: "http://127.0.0.1:1",
  });
}
