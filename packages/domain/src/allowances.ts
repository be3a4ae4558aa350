/**
 * What an allowance does at the start of each period. set-to: so much of this allowance, whatever else there is. add: so much more, and what
 * is left stays. top-up-to: what the other money falls short of it.
 */
export const allowanceModes = ["set-to", "add", "top-up-to"] as const;
export type AllowanceMode = (typeof allowanceModes)[number];

/** Begin at local midnight: every day, Monday, first of the month. */
export const allowancePeriods = ["day", "week", "month"] as const;
export type AllowancePeriod = (typeof allowancePeriods)[number];
