/** An address as it is compared: full-width forms made plain, trimmed, lower case. */
export function normaliseEmail(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\s\p{Cf}]/gu, "")
    .replace(/^mailto:/i, "")
    .toLowerCase();
}

/** Strict enough to catch slips, not the whole grammar of addresses. */
export function isEmail(text: string): boolean {
  const email = normaliseEmail(text);
  return email.length <= 254 && /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(email);
}
