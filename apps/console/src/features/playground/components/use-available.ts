"use client";
import { useEffect, useState } from "react";
import type { TurnView } from "../contract.ts";

/** What can be spent: as it was when the page was loaded, then as the answer says that ended last while the page looked on. */
export function useAvailable(atLoadNanos: bigint, finished: TurnView | null): bigint {
  const [latest, setLatest] = useState(atLoadNanos);
  const after = finished?.answer?.balanceAfterNanos ?? null;
  const answer = finished?.id;
  useEffect(() => {
    if (answer !== undefined && after !== null) setLatest(BigInt(after));
  }, [answer, after]);
  return latest;
}
