import { z } from "zod";
import type { StreamPosition } from "./contract.ts";

const most = 20;

/** Positions out of an address: `turnId.thinking.text`, by commas. What makes no sense is left out: that turn is told whole. */
export function readPositions(text: string | null): StreamPosition[] {
  return (text ?? "")
    .split(",")
    .slice(0, most)
    .flatMap((each) => {
      const [turnId = "", thinking = "", length = ""] = each.split(".");
      const isGood = z.uuid().safeParse(turnId).success && /^\d{1,9}$/.test(thinking) && /^\d{1,9}$/.test(length);
      return isGood ? { turnId, thinking: Number(thinking), text: Number(length) } : [];
    });
}
