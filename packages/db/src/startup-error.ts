/**
 * A reason why the system can't start, told in one sentence that the person at the terminal can act on.
 * The message is public: it never holds a password or a key. What lies behind it is the `cause`.
 */
export class StartupError extends Error {
  override readonly name = "StartupError";
}
