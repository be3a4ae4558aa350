/** Whom a disguise is for: requests to one model, with one credential, or both. */
export type Disguised = { model?: string | undefined; credential?: string | undefined };

/** How models and credentials behave for a while: as another demo model would. */
export type Disguises = {
  /** From now on requests of these are answered as those to the demo model `as`; null: as themselves again. */
  put(whom: Disguised, as: string | null): void;
  /** The demo model whose answer a request gets; its own where nothing was put. */
  find(model: string, credential: string): string;
  list(): { model: string | null; credential: string | null; as: string }[];
  clear(): void;
};

/** No disguises yet. The closest one counts: of model and credential, of the credential, of the model. */
export function createDisguises(): Disguises {
  const put = new Map<string, { model: string | null; credential: string | null; as: string }>();
  const key = (model: string | null, credential: string | null) => JSON.stringify([model, credential]);
  return {
    put({ model = null, credential = null }, as) {
      if (as === null) put.delete(key(model, credential));
      else put.set(key(model, credential), { model, credential, as });
    },
    find(model, credential) {
      if (put.size === 0) return model;
      const found = put.get(key(model, credential)) ?? put.get(key(null, credential)) ?? put.get(key(model, null));
      return found?.as ?? model;
    },
    list: () => [...put.values()],
    clear: () => put.clear(),
  };
}
