import { UsageError } from "./command.ts";

/** An id as another command printed it. Throws UsageError. */
export function requireId(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text;
  throw new UsageError(`"${text}" is no id.`);
}
