/** The runs of columns that were never measured, first to last column of each. */
export function gapsOf(columns: readonly { state: "measured" | "missing" | "ahead" }[]): { x1: number; x2: number }[] {
  const gaps: { x1: number; x2: number }[] = [];
  for (const [place, { state }] of columns.entries()) {
    if (state !== "missing") continue;
    const last = gaps.at(-1);
    if (last !== undefined && last.x2 === place - 1) last.x2 = place;
    else gaps.push({ x1: place, x2: place });
  }
  return gaps;
}
