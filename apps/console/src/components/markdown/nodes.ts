/** What a Markdown text is made of, once parsed: plain data that `render.tsx` draws. */
export type Inline =
  | { type: "text"; text: string }
  | { type: "strong" | "em" | "del"; children: Inline[] }
  | { type: "code"; text: string }
  | { type: "break" }
  | { type: "link"; href: string; children: Inline[] }
  | { type: "image"; src: string; alt: string }
  | { type: "tex"; tex: string; raw: string; display: boolean }
  | { type: "footnote-mark"; label: string };

export interface ListItem {
  /** null: not a task. */
  checked: boolean | null;
  children: Block[];
}

export type Align = "left" | "center" | "right" | null;

export type Block =
  | { type: "paragraph"; children: Inline[] }
  | { type: "heading"; depth: number; children: Inline[] }
  | { type: "code"; language: string; source: string }
  | { type: "tex"; tex: string; raw: string }
  | { type: "quote"; children: Block[] }
  | { type: "list"; start: number | null; loose: boolean; items: ListItem[] }
  | { type: "table"; align: Align[]; head: Inline[][]; rows: Inline[][][] }
  | { type: "rule" }
  | { type: "footnote"; label: string; children: Inline[] };
