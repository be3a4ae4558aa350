import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Next resolves this marker itself, to nothing on the server; a test is a server too.
const resolve = { alias: { "server-only": "next/dist/compiled/server-only/empty.js" } };

// Tests wait for PostgreSQL, for deadlines and for processes: with one file a core half of the machine would stand idle.
const maxWorkers = availableParallelism() + 1;

// What is waited for comes late on a busy machine: waiting longer costs nothing where it comes.
const expect = { poll: { timeout: 50_000 } };

// Two projects, because the database tests start a PostgreSQL of their own and take turns with it.
export default defineConfig({
  test: {
    maxWorkers,
    projects: [
      {
        resolve,
        test: {
          expect,
          name: "unit",
          include: ["*.test.ts", "{apps,packages,bench,scripts}/**/*.test.{ts,tsx}"],
          exclude: ["**/node_modules/**", "**/*.db.test.ts", "e2e/**"],
          // Properties run hundreds of cases: on a busy machine that is seconds, and time is not what they test.
          testTimeout: 120_000,
        },
      },
      {
        resolve,
        test: {
          expect,
          name: "db",
          include: ["{apps,packages,bench}/**/*.db.test.ts"],
          exclude: ["**/node_modules/**"],
          globalSetup: ["./packages/db/src/testing/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
