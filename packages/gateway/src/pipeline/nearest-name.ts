/** A name is near if no more than this part of its letters must change. */
const NEAR = 0.5;

/** Of these names the one that a typing error most likely meant, or null if none is near. Case doesn't count. */
export function nearestName(wanted: string, names: readonly string[]): string | null {
  const plain = wanted.slice(0, 100).toLowerCase();
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const other = name.toLowerCase();
    // A vendor's prefix forgotten or added is nearer than any typing error.
    const isPart = plain.length >= 3 && (other.includes(plain) || plain.includes(other));
    const distance = isPart ? 0.5 : editDistance(plain, other);
    if (distance < bestDistance && (isPart || distance <= Math.max(plain.length, other.length) * NEAR)) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Letters to insert, delete or change to make one text of the other. */
function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const current = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = (previous[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[other.length] ?? 0;
}
