/** How much usage to make up. One session is one person with one key and one model in one hour. */
export type UsagePlan = {
  readonly records: number;
  readonly accounts: number;
  readonly keysEach: number;
  readonly models: number;
  readonly months: number;
  readonly recordsPerSession: number;
  /** Start of the hour in which it ends. */
  readonly until: Date;
};

const HOUR_MS = 3_600_000;
const HOURS_A_MONTH = 720;

/** A stretch of whole hours and the sessions in it: what one statement writes. */
export type Stretch = { readonly firstSession: number; readonly lastSession: number };

export function startOf(plan: UsagePlan): Date {
  return new Date(plan.until.getTime() - hoursOf(plan) * HOUR_MS);
}

export function hoursOf(plan: UsagePlan): number {
  return plan.months * HOURS_A_MONTH;
}

export function sessionsOf(plan: UsagePlan): number {
  return Math.ceil(plan.records / plan.recordsPerSession);
}

/** The hour that a session falls into, counted from the start: sessions are numbered in order of time. */
export function hourOfSession(plan: UsagePlan, session: number): number {
  return Math.floor((session * hoursOf(plan)) / sessionsOf(plan));
}

/**
 * Cuts the time into stretches of `hours`. No hour is in two of them, because the rollup of an hour is written with it.
 * Stretches without a session are left out.
 */
export function stretchesOf(plan: UsagePlan, hours: number): Stretch[] {
  const stretches: Stretch[] = [];
  const sessions = sessionsOf(plan);
  const firstIn = (hour: number) => Math.min(sessions, Math.ceil((hour * sessions) / hoursOf(plan)));
  for (let hour = 0; hour < hoursOf(plan); hour += hours) {
    const firstSession = firstIn(hour);
    const lastSession = firstIn(Math.min(hour + hours, hoursOf(plan))) - 1;
    if (lastSession >= firstSession) stretches.push({ firstSession, lastSession });
  }
  return stretches;
}
