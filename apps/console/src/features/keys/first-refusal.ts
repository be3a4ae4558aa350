import { type ErrorCode, type HealingPage, healingPage } from "@lyceum/domain";
import type { Fix } from "./first-request.ts";

const words = {
  address: "fixBaseUrl",
  keys: "fixKeys",
  balance: "fixBalance",
  terms: "fixTerms",
  models: "fixModels",
  explained: "fixExplain",
} as const satisfies Record<HealingPage, Fix["word"]>;

/** What to do about a refusal: one thing. Where nothing else helps, what the code means. */
export function fixFor(code: ErrorCode): Fix {
  // Whoever watches a new key's first request is on the page of keys already: there it helps to see how a key is written into a program.
  if (code === "invalid_key") return { href: "/docs#key", word: "fixKey" };
  const { page, href } = healingPage(code);
  return { href, word: words[page] };
}
