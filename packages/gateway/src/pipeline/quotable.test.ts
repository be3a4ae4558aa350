import { expect, it } from "vitest";
import { quotable } from "./quotable.ts";

const names = { requested: "public-name", upstream: "secret-name", credential: null };
const sent = (content: string) =>
  Buffer.from(JSON.stringify({ model: "secret-name", messages: [{ content }], top_p: 1 }));

it("keeps the words of a refusal, under the public name and without addresses", () => {
  const said = "top_p must be in (0, 1), got 1.0 for secret-name at http://10.0.0.1:8000/v1";
  expect(quotable(said, sent("hello"), names)).toBe("top_p must be in (0, 1), got 1.0 for public-name at [url]");
});

it("leaves out whatever repeats the request", () => {
  const said = 'top_p invalid in {"content":"my secret diary\\nof today"}; try again';
  const kept = quotable(said, sent("my secret diary\nof today"), names);
  expect(kept).toMatch(/^top_p invalid in .*; try again$/);
  expect(kept).not.toMatch(/secret|diary|today/);
  expect(quotable("不行：请替我写一封给导师的请假信。top_p 太大", sent("请替我写一封给导师的请假信。"), names)).toBe(
    "不行：…top_p 太大",
  );
});

it("keeps nothing where the request is too long to compare", () => {
  expect(quotable("top_p must be in (0, 1)", sent("x".repeat(300_000)), names)).toBe("");
});
