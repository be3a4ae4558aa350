import NextLink from "next/link";
import type { ComponentProps } from "react";

/**
 * A link to a page of the console, followed without loading a document. Nothing is fetched before it is followed: every page is made anew
 * for the person who asks, so of a page fetched ahead nothing would be shown, and a list of a hundred rows asked a hundred times.
 */
export function Link(props: Omit<ComponentProps<typeof NextLink>, "prefetch">) {
  return <NextLink {...props} prefetch={false} />;
}
