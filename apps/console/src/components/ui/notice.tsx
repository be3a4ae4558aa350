import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const looks = {
  info: { icon: Info, name: "" },
  warning: { icon: TriangleAlert, name: "notice-warning" },
  danger: { icon: CircleAlert, name: "notice-danger" },
  positive: { icon: CircleCheck, name: "notice-positive" },
} as const;

/** What concerns the reader where it happened, or everyone above the content; `action` is its one button. */
export function Notice({
  tone = "info",
  action,
  className = "",
  children,
}: {
  tone?: keyof typeof looks;
  action?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const { icon: Icon, name } = looks[tone];
  return (
    <div className={`notice ${name} ${className}`}>
      <Icon className="icon" />
      <div className="grow">{children}</div>
      {action && <div className="end">{action}</div>}
    </div>
  );
}
