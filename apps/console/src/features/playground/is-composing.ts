import type { KeyboardEvent } from "react";

/** Whether a key belongs to an input method (pinyin): its Enter chooses a word and must not send. 229: Safari, after it ended. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.nativeEvent.isComposing || event.keyCode === 229;
}
