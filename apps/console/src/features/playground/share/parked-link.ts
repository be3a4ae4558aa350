import { sharePrefix } from "./share-link.ts";

const key = "lyceum.share";

/** Keeps a link that was opened by somebody who is not signed in, in this tab alone: signing in, terms and a campus sign-in lose the fragment. */
export function parkLink(): void {
  if (!location.hash.startsWith(sharePrefix)) return;
  try {
    sessionStorage.setItem(key, location.hash);
  } catch {
    // Storage is full or forbidden: the link has to be opened once more.
  }
}

/** The link that was kept, once. */
export function takeParkedLink(): string | null {
  try {
    const fragment = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    return fragment;
  } catch {
    return null;
  }
}
