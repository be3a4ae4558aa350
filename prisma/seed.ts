import type { Db } from "../packages/db/src/index.ts";
import { seedCampus } from "./seed/campus.ts";
import { seedE2e } from "./seed/e2e.ts";
import { noResult, type SeedOptions, type SeedResult } from "./seed/scenario.ts";

export { prepareDemo } from "./seed/prepare-demo.ts";
export type { SeedOptions, SeedResult } from "./seed/scenario.ts";

export const scenarios = ["empty", "campus", "e2e"] as const;

/**
 * Fills a migrated database with a scenario, in one transaction:
 * - empty: the default groups only
 * - campus: a faculty of 30 with two weeks of use, for the demo and its pictures
 * - e2e: few people and models with known properties, for browser tests
 * Throws for an unknown name, and where the people of the scenario exist already.
 */
export async function seed(scenario: string, db: Db, options: SeedOptions = {}): Promise<SeedResult> {
  switch (scenario) {
    case "empty":
      return noResult;
    case "campus":
      return seedCampus(db, options);
    case "e2e":
      return seedE2e(db, options);
    default:
      throw new Error(`There is no scenario "${scenario}"; there are ${scenarios.join(", ")}.`);
  }
}
