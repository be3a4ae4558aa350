import { describe, expect, it } from "vitest";
import { findItems, type PaletteItem } from "./items.ts";

const items: PaletteItem[] = [
  { group: "errors", label: "key_expired", detail: "这把 API 密钥已过期", href: "/docs/errors#key_expired" },
  { group: "pages", label: "密钥", words: "Keys", href: "/keys" },
  { group: "pages", label: "用量", words: "Usage", href: "/usage" },
  { group: "models", label: "qwen3-vl", href: "/models?model=qwen3-vl" },
  { group: "models", label: "demo-qwen3", href: "/models?model=demo-qwen3" },
  { group: "keys", label: "我的笔记本", detail: "sk-ly-AbCd…wxyz", href: "/keys" },
];
const labels = (typed: string) => findItems(items, typed).map(({ label }) => label);

describe("findItems", () => {
  it("shows the pages while nothing is typed", () => {
    expect(labels("  ")).toEqual(["密钥", "用量"]);
  });

  it("finds a page by its name in either language, and pages before the rest", () => {
    expect(labels("key")).toEqual(["密钥", "key_expired"]);
    expect(labels("密钥")).toEqual(["密钥", "key_expired"]);
  });

  it("puts what begins with the words first, and wants every word", () => {
    expect(labels("qwen3")).toEqual(["qwen3-vl", "demo-qwen3"]);
    expect(labels("vl qwen3")).toEqual(["qwen3-vl"]);
    expect(labels("qwen3 nothing")).toEqual([]);
  });

  it("finds a key by what is shown of it", () => {
    expect(labels("abcd")).toEqual(["我的笔记本"]);
  });

  it("lets no group fill the list", () => {
    const many = Array.from({ length: 500 }, (_, i) => ({ group: "models", label: `m${i}`, href: "/" }) as const);
    expect(findItems([...many, ...items], "m")).toHaveLength(6);
  });
});
