import { defineConfig } from "vitest/config";

// Two projects, because the database tests start a PostgreSQL of their own and take turns with it.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["*.test.ts", "{apps,packages,bench,scripts}/**/*.test.{ts,tsx}"],
          exclude: ["**/node_modules/**", "**/*.db.test.ts", "e2e/**"],
        },
      },
      {
        test: {
          name: "db",
          include: ["{apps,packages}/**/*.db.test.ts"],
          exclude: ["**/node_modules/**"],
          globalSetup: ["./packages/db/src/testing/global-setup.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
