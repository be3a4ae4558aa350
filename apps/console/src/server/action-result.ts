/** What every action answers. `message` and `fieldErrors` are sentences in the viewer's language. */
export type ActionResult<Data> =
  | { ok: true; data: Data }
  | { ok: false; code: string; message: string; fieldErrors?: Record<string, string> };

/** An action as the client holds it. `actId`: the page's own, the same for as long as no reply came; an action that is `once` does the same under it only once. */
export type Action<Input, Data> = (input: Input, actId?: string) => Promise<ActionResult<Data>>;
