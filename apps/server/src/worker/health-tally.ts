import type { CredentialReport, DeploymentReport, HardSign, HealthReport } from "@lyceum/db/health-notes";
import type { Observation } from "@lyceum/gateway";
import { RecentPeople } from "./recent-people.ts";

/** Far more than any campus has: what people take away must not pile up. */
const MOST_KEPT = 20_000;

type Count = {
  /** Successes that nobody was told of, in this half of a window and in the half before. */
  passed: number;
  passedBefore: number;
  halfSince: number;
  failed: number;
  /** Of them those with none passing behind them. */
  lastFailed: number;
  failedSince: number;
  lastFailedAt: number;
  error: string;
  hard: HardSign | null;
  toldPassedAt: number;
  /** Failures of one person alone, while others are answered: they count once somebody else's request fails too. */
  doubted: Doubted;
  readonly passers: RecentPeople;
  readonly failers: RecentPeople;
};

type Doubted = { readonly failed: number; readonly lastFailed: number; readonly since: number };
const noDoubt: Doubted = { failed: 0, lastFailed: 0, since: Number.NEGATIVE_INFINITY };

/** By which rules something is worth telling; milliseconds. `quietMs`: how often that all is well is told; infinite: never. */
export type TellingRules = { readonly windowMs: number; readonly quietMs: number };

/**
 * Adds up what one worker sees until it is told to the others. Successes are told only where they count: of a deployment of which somebody saw a
 * failure within the window, those of that window with it; else now and then, as a sign of life.
 */
export class HealthTally {
  readonly #clock: () => number;
  readonly #counts = new Map<string, Count>();
  readonly #credentials = new Map<string, CredentialReport>();
  /** Those of which there is something new. */
  readonly #touched = new Set<string>();
  #watchedUntil: ReadonlyMap<string, number> = new Map();

  /** `clock`: monotonic milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Of which deployments some worker saw a failure, and for how many milliseconds successes count for that. */
  watch(watched: ReadonlyMap<string, number>): void {
    const now = this.#clock();
    this.#watchedUntil = new Map([...watched].map(([id, ms]) => [id, now + ms]));
    for (const id of watched.keys()) if (this.#counts.has(id)) this.#touched.add(id);
  }

  note({ route, sign, error, retryAfterMs, userId = "" }: Observation, { windowMs }: TellingRules): void {
    if (sign === "rate" || sign === "refused" || sign === "quota") {
      this.#noteCredential({ id: route.credential.id, sign, error, retryAfterMs });
      return;
    }
    const now = this.#clock();
    const { id } = route.deployment;
    const count = this.#countOf(id, now);
    this.#touched.add(id);
    if (sign === "passed" || sign === "request") {
      turn(count, now, windowMs);
      count.passed++;
      count.lastFailed = 0;
      count.doubted = { ...count.doubted, lastFailed: 0 };
      count.passers.add(userId, now);
      return;
    }
    count.failers.add(userId, now);
    const doubted = now - count.doubted.since < windowMs ? count.doubted : { ...noDoubt, since: now };
    if (sign === "failure" && isDoubtful(count, userId, now - windowMs)) {
      count.doubted = { ...doubted, failed: doubted.failed + 1, lastFailed: doubted.lastFailed + 1 };
      return;
    }
    count.doubted = noDoubt;
    if (count.failed === 0) count.failedSince = now;
    count.failed += doubted.failed + 1;
    count.lastFailed += doubted.lastFailed + 1;
    count.lastFailedAt = now;
    count.error = error;
    if (sign !== "failure") count.hard = sign;
  }

  /** What is to be told now; null: nothing. It counts as told from then on. */
  take(rules: TellingRules): HealthReport | null {
    const now = this.#clock();
    const deployments: DeploymentReport[] = [];
    for (const id of this.#touched) {
      const report = this.#takeOne(id, now, rules);
      if (report !== null) deployments.push(report);
    }
    this.#touched.clear();
    const credentials = [...this.#credentials.values()];
    this.#credentials.clear();
    return deployments.length + credentials.length === 0 ? null : { deployments, credentials };
  }

  /** What could not be told is to be told later. */
  giveBack({ deployments, credentials }: HealthReport): void {
    const now = this.#clock();
    for (const { id, passed, failed, lastFailed, error, hard } of deployments) {
      const count = this.#countOf(id, now);
      this.#touched.add(id);
      const passedSince = count.passed;
      count.passed += passed;
      if (failed === 0) continue;
      if (count.failed === 0) {
        count.failedSince = now;
        count.error = error;
      }
      // What came since stands behind it.
      if (passedSince === 0) count.lastFailed += lastFailed;
      count.failed += failed;
      count.hard ??= hard;
    }
    for (const report of credentials) if (!this.#credentials.has(report.id)) this.#noteCredential(report);
  }

  #takeOne(id: string, now: number, { windowMs, quietMs }: TellingRules): DeploymentReport | null {
    const count = this.#counts.get(id);
    if (count === undefined) return null;
    turn(count, now, windowMs);
    // Kept too long, because the database was away: by now it says little, but that a model was refused stays true.
    if (count.failed > 0 && now - count.failedSince > windowMs) count.failed = count.hard === null ? 0 : 1;
    count.lastFailed = Math.min(count.lastFailed, count.failed);
    const { failed, lastFailed, error, hard } = count;
    const passed = count.passed + count.passedBefore;
    const isWatched = now - count.lastFailedAt < windowMs || (this.#watchedUntil.get(id) ?? 0) > now;
    const isSignOfLife = passed > 0 && now - count.toldPassedAt >= quietMs;
    if (failed === 0 && !(isWatched && passed > 0) && !isSignOfLife) return null;
    if (passed > 0) count.toldPassedAt = now;
    Object.assign(count, { passed: 0, passedBefore: 0, failed: 0, lastFailed: 0, error: "", hard: null });
    return { id, passed, failed, lastFailed, error, hard };
  }

  #countOf(id: string, now: number): Count {
    let count = this.#counts.get(id);
    if (count === undefined) {
      if (this.#counts.size >= MOST_KEPT) this.#counts.clear();
      const never = Number.NEGATIVE_INFINITY;
      const none = { passed: 0, passedBefore: 0, failed: 0, lastFailed: 0, error: "", hard: null };
      const people = { doubted: noDoubt, passers: new RecentPeople(), failers: new RecentPeople() };
      count = { ...none, ...people, halfSince: now, failedSince: never, lastFailedAt: never, toldPassedAt: never };
      this.#counts.set(id, count);
    }
    return count;
  }

  #noteCredential(report: CredentialReport): void {
    const known = this.#credentials.get(report.id);
    // That it has to wait is little beside that it is not taken at all.
    if (known !== undefined && known.sign !== "rate" && report.sign === "rate") return;
    const longest = Math.max(known?.retryAfterMs ?? 0, report.retryAfterMs ?? 0);
    this.#credentials.set(report.id, { ...report, retryAfterMs: longest === 0 ? null : longest });
  }
}

/**
 * Whether a failure may be what one person's requests bring about: nobody else's fails, and somebody else's pass. What one person sends must not take
 * a model away from all.
 */
function isDoubtful({ passers, failers }: Count, userId: string, since: number): boolean {
  return userId !== "" && !failers.hasOthers(userId, since) && passers.hasOthers(userId, since);
}

/** Forgets successes that are older than a window. */
function turn(count: Count, now: number, windowMs: number): void {
  const age = now - count.halfSince;
  if (age < windowMs / 2) return;
  count.passedBefore = age < windowMs ? count.passed : 0;
  count.passed = 0;
  count.halfSince = now;
}
