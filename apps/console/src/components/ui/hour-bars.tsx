interface HourBarsProps {
  /** One for each hour of the day. */
  values: number[];
  /** The hour that is running, drawn lighter; -1 for a day that is over. */
  now: number;
  /** The figure in words. */
  label: string;
  /** After the last number of the axis: 时, h. */
  unit: string;
}

/** A day by the hour as bare bars, drawn in HTML so that its text keeps its size at any width. */
export function HourBars({ values, now, label, unit }: HourBarsProps) {
  const most = Math.max(1, ...values);
  return (
    <div className="hours" role="img" aria-label={label}>
      <div className="hours-plot">
        {values.map((value, hour) => (
          <i key={hour} className={hour === now ? "now" : undefined} style={{ height: `${(value / most) * 100}%` }} />
        ))}
      </div>
      <div className="hours-axis">
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour} style={{ left: `${(hour / 24) * 100}%` }}>
            {hour === 24 ? `24 ${unit}` : hour}
          </span>
        ))}
      </div>
    </div>
  );
}
