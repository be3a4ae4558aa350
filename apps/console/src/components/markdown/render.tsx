import { Link2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { createContext, memo, type ReactNode, useContext, useId } from "react";
import { Code } from "./code.tsx";
import { Formula } from "./formula.tsx";
import type { Block, Inline } from "./nodes.ts";

/** Whether the block is still being written, and what makes ids unique on the page. */
const Place = createContext({ growing: false, prefix: "" });

const rel = "noopener noreferrer nofollow";

/** The name of a site behind an address, for images that are not loaded. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}

function Image({ src, alt }: { src: string; alt: string }) {
  // An image inside the answer itself asks no other server.
  if (/^data:image\/(png|jpeg|gif|webp);base64,/.test(src)) return <img src={src} alt={alt} className="md-image" />;
  if (!/^https?:\/\//i.test(src)) return <>{alt || src}</>;
  return (
    <a href={src} target="_blank" rel={rel} className="md-remote">
      <Link2 className="icon icon-sm" />
      {alt || hostOf(src)}
      <span className="muted"> ({hostOf(src)})</span>
    </a>
  );
}

function InlineNode({ node }: { node: Inline }): ReactNode {
  const { growing, prefix } = useContext(Place);
  switch (node.type) {
    case "text":
      return node.text;
    case "strong":
      return (
        <strong>
          <Inlines nodes={node.children} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Inlines nodes={node.children} />
        </em>
      );
    case "del":
      return (
        <del>
          <Inlines nodes={node.children} />
        </del>
      );
    case "code":
      return <code>{node.text}</code>;
    case "break":
      return <br />;
    case "link":
      return (
        <a href={node.href} target="_blank" rel={rel}>
          <Inlines nodes={node.children} />
        </a>
      );
    case "image":
      return <Image src={node.src} alt={node.alt} />;
    case "tex":
      return <Formula tex={node.tex} raw={node.raw} display={node.display} growing={growing} />;
    case "footnote-mark":
      return (
        <sup>
          <a href={`#${prefix}-${node.label}`}>{node.label}</a>
        </sup>
      );
    default:
      return node satisfies never;
  }
}

function Inlines({ nodes }: { nodes: Inline[] }): ReactNode {
  return nodes.map((node, index) => <InlineNode key={index} node={node} />);
}

function Table({ block }: { block: Extract<Block, { type: "table" }> }) {
  const align = (column: number) => ({ textAlign: block.align[column] ?? undefined });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, also by keyboard
    <div className="md-table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {block.head.map((cell, column) => (
              <th key={column} scope="col" style={align(column)}>
                <Inlines nodes={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} style={align(column)}>
                  <Inlines nodes={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function List({ block }: { block: Extract<Block, { type: "list" }> }) {
  const translate = useTranslations("ui");
  const items = block.items.map((item, index) => (
    <li key={index} className={item.checked === null ? undefined : "md-task"}>
      {item.checked !== null && (
        <input
          type="checkbox"
          className="check"
          checked={item.checked}
          disabled
          readOnly
          aria-label={translate(item.checked ? "taskDone" : "taskOpen")}
        />
      )}
      {item.children.map((child, place) =>
        // In a tight list the text of an item is no paragraph.
        child.type === "paragraph" && !block.loose ? (
          <Inlines key={place} nodes={child.children} />
        ) : (
          <BlockNode key={place} block={child} />
        ),
      )}
    </li>
  ));
  return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
}

/** Headings of an answer stand below the page's own. */
function Heading({ depth, children }: { depth: number; children: ReactNode }) {
  const Tag = `h${Math.min(6, depth + 2)}` as "h3" | "h4" | "h5" | "h6";
  return <Tag data-depth={depth}>{children}</Tag>;
}

const BlockNode = memo(function BlockNode({ block }: { block: Block }): ReactNode {
  const { growing, prefix } = useContext(Place);
  switch (block.type) {
    case "paragraph":
      return (
        <p>
          <Inlines nodes={block.children} />
        </p>
      );
    case "heading":
      return (
        <Heading depth={block.depth}>
          <Inlines nodes={block.children} />
        </Heading>
      );
    case "code":
      return <Code source={block.source} language={block.language} growing={growing} />;
    case "tex":
      return <Formula tex={block.tex} raw={block.raw} display growing={growing} />;
    case "quote":
      return (
        <blockquote>
          {block.children.map((child, index) => (
            <BlockNode key={index} block={child} />
          ))}
        </blockquote>
      );
    case "list":
      return <List block={block} />;
    case "table":
      return <Table block={block} />;
    case "rule":
      return <hr />;
    case "footnote":
      return (
        <p className="md-footnote" id={`${prefix}-${block.label}`}>
          <sup>{block.label}</sup> <Inlines nodes={block.children} />
        </p>
      );
    default:
      return block satisfies never;
  }
});

/** Settled blocks, which are drawn once, then the one that still grows. */
export function Blocks({ settled, open }: { settled: Block[]; open: Block[] }) {
  const prefix = useId();
  return (
    <div className="md">
      {[...settled, ...open].map((block, index) => (
        <Placed key={index} block={block} growing={index >= settled.length} prefix={prefix} />
      ))}
    </div>
  );
}

const Placed = memo(function Placed({ block, ...place }: { block: Block; growing: boolean; prefix: string }) {
  return (
    <Place value={place}>
      <BlockNode block={block} />
    </Place>
  );
});
