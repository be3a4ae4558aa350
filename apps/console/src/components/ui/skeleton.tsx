/** Room for what is still being read, as high as it will be, so that nothing moves when it comes. It is drawn after 300 ms only. */
export function Skeleton({ rows, className = "" }: { rows: number; className?: string }) {
  return (
    <div className={`skeleton ${className}`} aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <i key={row} />
      ))}
    </div>
  );
}
