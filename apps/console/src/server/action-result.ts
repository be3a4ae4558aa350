/** What every action answers. `message` and `fieldErrors` are sentences in the viewer's language. */
export type ActionResult<Data> =
  | { ok: true; data: Data }
  | { ok: false; code: string; message: string; fieldErrors?: Record<string, string> };

/** An action as the client holds it. */
export type Action<Input, Data> = (input: Input) => Promise<ActionResult<Data>>;
