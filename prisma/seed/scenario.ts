export type SeedOptions = {
  /** Base URL of a demo upstream, with /v1. Without it no channel is made, and every model is down. */
  upstreamUrl?: string;
  /** What the upstream asks for, if anything; sealed with masterSecret. */
  credential?: string;
  masterSecret?: string;
  /** The password of everybody; made up if left out. */
  password?: string;
  /** The moment at which the history ends; the present one if left out. */
  now?: Date;
};

export type SeededPerson = {
  readonly studentId: string;
  readonly name: string;
  readonly password: string;
  /** A whole API key, for the few that have one to be shown. */
  readonly key?: string;
};

export type SeedResult = {
  /** Null where the scenario has none. */
  readonly admin: SeededPerson | null;
  readonly students: readonly SeededPerson[];
  /** Public names. */
  readonly models: readonly string[];
};

export const noResult: SeedResult = { admin: null, students: [], models: [] };
