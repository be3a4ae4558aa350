import { type Asking, readAsking } from "#components/form/asking.ts";
import type { AttachmentView } from "./contract.ts";

/** A file that was not taken, and why in the reader's words. */
export interface Refusal {
  name: string;
  reason: string;
}

/** What stands in a composer. Text and files are kept in the browser, so that a reload loses nothing; the rest lives as long as the page. */
export interface Draft {
  readonly text: string;
  readonly attachments: readonly AttachmentView[];
  /** How many files are on their way to it. */
  readonly uploading: number;
  readonly refused: readonly Refusal[];
  readonly isSending: boolean;
  /** Why it could not be sent. */
  readonly failure: string | null;
  /** How it was sent last, until a reply says that it was asked; kept too. */
  readonly asking: Asking | null;
}

export const emptyDraft: Draft = {
  ...{ text: "", attachments: [], uploading: 0, refused: [] },
  ...{ isSending: false, failure: null, asking: null },
};

/** Text and files from elsewhere: quoted, from a preset, taken back. */
export interface Fill {
  text: string;
  attachments?: readonly AttachmentView[];
}

/**
 * Where a draft is written. Whoever begins something that takes time (a file, sending) holds on to it: what comes of it belongs there, whichever
 * conversation is open by then, and also when the conversation has got its id meanwhile.
 */
export interface Place {
  /** "" while it is not begun. */
  readonly conversationId: string;
  readonly draft: Draft;
}

const prefix = "lyceum.draft.";

/** The drafts of one person. Others who use the same browser have their own, and leave none for the next. */
export class Drafts {
  readonly #own: string;
  readonly #places = new Map<string, { conversationId: string; draft: Draft }>();
  readonly #listeners = new Set<() => void>();

  constructor(userId: string) {
    this.#own = `${prefix}${userId}.`;
  }

  /** The place of a conversation; "" is the one that is not begun. Without storage (private windows) it begins empty. */
  at(conversationId: string): Place {
    const known = this.#places.get(conversationId);
    if (known) return known;
    const place = { conversationId, draft: { ...emptyDraft, ...this.#read(conversationId) } };
    this.#places.set(conversationId, place);
    return place;
  }

  change({ conversationId }: Place, make: (draft: Draft) => Partial<Draft>): void {
    const place = this.#places.get(conversationId);
    if (!place) return;
    const before = place.draft;
    place.draft = { ...before, ...make(before) };
    const { text, attachments, asking } = place.draft;
    const isSame = text === before.text && attachments === before.attachments && asking === before.asking;
    if (!isSame) this.#keep(conversationId, place.draft);
    for (const listener of this.#listeners) listener();
  }

  /** Puts something behind what is there; a file that is there already comes no second time. */
  put(place: Place, { text, attachments = [] }: Fill): void {
    this.change(place, (now) => {
      const more = attachments.filter(({ id }) => now.attachments.every((each) => each.id !== id));
      return {
        text: [now.text, text].filter(Boolean).join("\n"),
        ...(more.length > 0 && { attachments: [...now.attachments, ...more] }),
      };
    });
  }

  /** The conversation that was not begun has got its id: its place goes along. */
  begin(conversationId: string): void {
    const place = this.#places.get("");
    if (!place) return;
    this.#places.delete("");
    this.#keep("", emptyDraft);
    place.conversationId = conversationId;
    this.#places.set(conversationId, place);
    this.#keep(conversationId, place.draft);
  }

  /** Deletes what others who used this browser left behind. */
  forgetOthers(): void {
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(prefix) && !key.startsWith(this.#own)) localStorage.removeItem(key);
      }
    } catch {
      // Without storage there is nothing of anybody.
    }
  }

  /** Calls after each change, until the answer is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #keyOf(conversationId: string): string {
    return this.#own + (conversationId || "new");
  }

  #read(conversationId: string): Pick<Draft, "text" | "attachments" | "asking"> | null {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#keyOf(conversationId)) ?? "null");
      if (typeof kept !== "object" || kept === null || !("text" in kept) || typeof kept.text !== "string") return null;
      const attachments = "attachments" in kept && Array.isArray(kept.attachments) ? kept.attachments : [];
      const asking = "asking" in kept ? readAsking(kept.asking) : null;
      return { text: kept.text, attachments: attachments as AttachmentView[], asking };
    } catch {
      return null;
    }
  }

  /** An empty one leaves nothing behind. */
  #keep(conversationId: string, { text, attachments, asking }: Draft): void {
    try {
      const key = this.#keyOf(conversationId);
      if (text === "" && attachments.length === 0) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify({ text, attachments, ...(asking && { asking }) }));
    } catch {
      // Storage is full or forbidden: the draft lives as long as the page.
    }
  }
}
