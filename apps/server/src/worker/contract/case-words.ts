import type { AskPart, AskTool, Turn } from "./ask.ts";

export const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n").toString(
  "base64",
);
export const WAV = Buffer.concat([
  Buffer.from("RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0@\x1f\0\0@\x1f\0\0\x01\0\x08\0data\0\0\0\0", "latin1"),
]).toString("base64");
export const STUDENT_ID = "2023012345";

export const text = (value: string): AskPart => ({ type: "text", text: value });
export const user = (...parts: AskPart[]): Turn => ({ role: "user", parts });
export const hello = [user(text("你好，world"))];
export const weather: AskTool = {
  name: "get_weather",
  description: "Weather of a place.",
  parameters: {
    type: "object",
    properties: { city: { type: "string" }, days: { type: "integer" } },
    required: ["city"],
  },
};
export const clock: AskTool = {
  name: "get_time",
  description: "The time.",
  parameters: { type: "object", properties: {} },
};
