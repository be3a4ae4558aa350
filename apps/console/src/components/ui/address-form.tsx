import NextForm from "next/form";
import type { ComponentProps } from "react";

/** A form whose fields become the address of a page of the console. Like a link's, its page is not fetched before it is asked for. */
export function AddressForm(props: Omit<ComponentProps<typeof NextForm>, "prefetch">) {
  return <NextForm {...props} prefetch={false} />;
}
