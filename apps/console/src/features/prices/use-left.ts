import { useState } from "react";

/**
 * When a field says what is wrong with it: from leaving it, or from being refused by the server, until the text is right. "" silences the
 * sentence that was sent back.
 */
export function useLeft(text: string, isRefused: boolean) {
  const [isLeft, setLeft] = useState(false);
  return {
    onBlur: () => text.trim() !== "" && setLeft(true),
    shown(sentence: string | null): string | undefined {
      if (!isLeft && !isRefused) return undefined;
      if (sentence !== null) return sentence;
      return isRefused ? "" : undefined;
    },
  };
}
