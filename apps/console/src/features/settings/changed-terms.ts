import { type Settings, termsAtGateway } from "@lyceum/domain";

type Terms = Settings["terms"];

/** The terms as they shall be: other words are the next version. `until`: so long the gateway takes what it takes now; null: no longer. */
export function changedTerms(
  terms: Terms,
  wanted: { readonly zh: string[]; readonly en: string[]; readonly until: Date | null },
  now: Date,
): Terms {
  const { zh, en, until } = wanted;
  const isSame = JSON.stringify([terms.zh, terms.en]) === JSON.stringify([zh, en]);
  const taken = termsAtGateway(terms, now.getTime());
  // Once everybody has to have accepted this version, a day alone takes nothing back.
  if (isSame && taken === terms.version) return terms;
  const grace = until !== null && until > now ? { version: taken, until: until.toISOString() } : null;
  return { version: isSame ? terms.version : terms.version + 1, zh, en, grace };
}
