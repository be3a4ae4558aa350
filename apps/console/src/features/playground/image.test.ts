import { expect, it } from "vitest";
import { isHeic, isImage } from "./image.ts";

it("knows a phone's photo by its type or, where the system knows no type, by its name", () => {
  expect(isHeic({ type: "image/heic", name: "a" })).toBe(true);
  expect(isHeic({ type: "image/heif-sequence", name: "a" })).toBe(true);
  expect(isHeic({ type: "", name: "IMG_0001.HEIC" })).toBe(true);
  expect(isHeic({ type: "application/octet-stream", name: "x.hif" })).toBe(true);
  expect(isHeic({ type: "image/png", name: "heic.png" })).toBe(false);
  expect(isImage({ type: "", name: "IMG_0001.heif" })).toBe(true);
  expect(isImage({ type: "image/png", name: "x" })).toBe(true);
  expect(isImage({ type: "", name: "heic.zip" })).toBe(false);
});
