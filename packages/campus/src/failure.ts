/**
 * What can go wrong between us and the campus's sign-in. Each has a sentence in the console's messages (`account.campus.<code>`), and none
 * carries a secret, a ticket or a code.
 */
export const campusFailureCodes = [
  // Ours: this browser did not begin it, or too long ago, or it was used already.
  "not_begun",
  "expired",
  "replayed",
  "busy",
  "off",
  "wrong_address",
  // The provider's, or what stands between.
  "unreachable",
  "provider_wrong",
  "client_refused",
  "service_refused",
  "ticket_refused",
  "denied",
  "answer_invalid",
  "clock",
  // What it says of the person.
  "no_id",
  "id_invalid",
  "other_identity",
  "account_disabled",
] as const;
export type CampusFailureCode = (typeof campusFailureCodes)[number];

/** A sign-in that came to nothing. `detail` is for administrators and the log: what we saw, in words of ours. */
export class CampusFailure extends Error {
  override readonly name = "CampusFailure";
  readonly code: CampusFailureCode;
  readonly detail: string;
  constructor(code: CampusFailureCode, detail = "") {
    super(detail === "" ? code : `${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}
