/** How much of a limit is used. `value` and `max` are of one unit; from 80 % on it warns in colour, so say it in words too. */
export function Meter({ value, max, label }: { value: number; max: number; label: string }) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> in their own colours
    <div
      className="meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
    >
      <i className={share >= 0.8 ? "warn" : undefined} style={{ width: `${share * 100}%` }} />
    </div>
  );
}
