import type { DetailedHTMLProps, HTMLAttributes } from "react";

type MathElement = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & {
  display?: "block" | "inline";
  mathvariant?: "normal";
  stretchy?: "true" | "false";
  width?: string;
};

/** React's types leave MathML out; these are the elements we write. */
declare module "react" {
  namespace JSX {
    interface IntrinsicElements
      extends Record<
        "math" | "mfrac" | "mi" | "mn" | "mo" | "mrow" | "mspace" | "msub" | "msup" | "mtext",
        MathElement
      > {}
  }
}
