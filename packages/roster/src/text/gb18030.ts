/** Of all characters beyond ASCII, the share in the rows of GB 2312 that people write: punctuation, full-width forms, hanzi. */
export function commonShare(bytes: Uint8Array): number {
  let common = 0;
  let all = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    all += 1;
    at += 1;
    const trail = bytes[at] ?? 0;
    if (trail >= 0x30 && trail <= 0x39) at += 2;
    else if (trail >= 0xa1 && (lead === 0xa1 || lead === 0xa3 || (lead >= 0xb0 && lead <= 0xf7))) common += 1;
  }
  return all === 0 ? 1 : common / all;
}

/**
 * Bytes that are valid in both encodings: pairs that are European letters in UTF-8 and hanzi in GB18030. Letters of a word stand beside
 * ASCII letters ("José"), hanzi beside each other. Anything of three bytes is UTF-8.
 */
export function looksLikeGb18030(utf8: string, bytes: Uint8Array): boolean {
  if (/[\u0800-\uffff]/.test(utf8)) return false;
  // Only runs are searched for and their neighbours looked at: a pattern with the letters around would take the square of a long word's time.
  const runs = [...utf8.matchAll(/[\u0080-\u07ff]+/g)].map((match) => ({
    run: match[0],
    inWord: /[a-zA-Z]/.test(`${utf8[match.index - 1] ?? ""}${utf8[match.index + match[0].length] ?? ""}`),
  }));
  if (runs.length === 0 || runs.some(({ run, inWord }) => inWord || run.length < 2)) return false;
  // Cyrillic, Greek and Arabic words stand alone too: their letters are of one script, which pairs of hanzi never are for long.
  const oneScript = /^(?:[\u0370-\u03ff]+|[\u0400-\u04ff]+|[\u0590-\u05ff]+|[\u0600-\u06ff]+|[\u00c0-\u024f]+)$/;
  return commonShare(bytes) === 1 && !runs.every(({ run }) => oneScript.test(run));
}
