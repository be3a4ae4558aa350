/** As many codes as one batch may have: a lecture hall needs fewer. */
export const MAX_VOUCHERS = 2000;
