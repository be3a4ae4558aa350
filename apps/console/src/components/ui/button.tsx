import type { ComponentProps } from "react";
import { Link } from "#components/ui/link.tsx";

interface Look {
  variant?: "primary" | "danger" | "ghost";
  size?: "sm";
  /** Square, for a lone icon; needs an `aria-label` and a `title`. */
  icon?: boolean;
  /** As wide as its container. */
  block?: boolean;
}

/** The class names of a button, for elements that only look like one. */
export function buttonClass({ variant, size, icon, block }: Look, more?: string): string {
  const names = [
    "btn",
    variant && `btn-${variant}`,
    size && `btn-${size}`,
    icon && "btn-icon",
    block && "btn-block",
    more,
  ];
  return names.filter(Boolean).join(" ");
}

export function Button({ variant, size, icon, block, className, ...props }: Look & ComponentProps<"button">) {
  return <button type="button" {...props} className={buttonClass({ variant, size, icon, block }, className)} />;
}

export function ButtonLink({ variant, size, icon, block, className, ...props }: Look & ComponentProps<typeof Link>) {
  return <Link {...props} className={buttonClass({ variant, size, icon, block }, className)} />;
}
