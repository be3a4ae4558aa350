import { describe, expect, it } from "vitest";
import { nearestName } from "./nearest-name.ts";
import { scrub } from "./scrub.ts";
import { failureOfReply, failureOfStatus } from "./upstream-errors.ts";

describe("nearestName", () => {
  const names = ["qwen3-235b", "deepseek-v3", "deepseek-r1", "glm-4-9b"];
  it.each([
    ["DeepSeek-V3", "deepseek-v3"],
    ["deepseek-ai/DeepSeek-R1", "deepseek-r1"],
    ["qwen3-235", "qwen3-235b"],
    ["glm4-9b", "glm-4-9b"],
    ["gpt-5.2-turbo-preview", null],
    ["x".repeat(100_000), null],
  ])("of %s is %s", (wanted, nearest) => expect(nearestName(wanted, names)).toBe(nearest));
});

const names = { requested: "public", upstream: "hidden-model-7", credential: "campus gpu 7" };

describe("scrub", () => {
  it.each([
    ["Incorrect API key provided: sk-proj-abc123def456.", ["sk-proj", "abc123"]],
    ["see https://platform.example.com/docs?key=1 for more", ["example", "http"]],
    ["connect to 10.1.2.3:8000 failed at gpu1.campus.edu.cn:8000/v1", ["10.1.2.3", "campus"]],
    ["[fd00::1:2:3]:80 refused", ["fd00"]],
    ["mail admin@campus.edu", ["admin@"]],
    ["Authorization: Bearer abcdefgh", ["abcdefgh"]],
    ["token 0123456789abcdef0123456789abcdef0123456789abcdef", ["0123456789abcdef"]],
    ["who is campus gpu 7?", ["gpu 7"]],
    ["The model `hidden-model-7` does not exist", ["hidden-model-7"]],
  ])("takes out of %j what is nobody's business", (message, gone) => {
    const text = scrub(message, names);
    for (const each of gone) expect(text).not.toContain(each);
  });
  it.each([
    ["You exceeded your current quota, please check your plan and billing details.", ""],
    ["top_p must be below 1. Upgrade to Pro for more models: contact sales!", "top_p must be below 1."],
    ["参数 top_p 错误。当前余额 ¥3.21，请充值后再试！联系客服微信 llm-vip", "参数 top_p 错误。"],
    ["预扣费额度失败，用户剩余额度：$0.012，需要预扣费额度：$0.3", ""],
    ["Insufficient credits. Add more using https://vendor.example/credits", ""],
    ["Your credit balance is too low to access the API.", ""],
    [
      "The context is 8192 tokens; you sent 9000.\nBuy the 128k version for 99 元/月",
      "The context is 8192 tokens; you sent 9000.",
    ],
    ["加 QQ 群 123456789 获取新地址", ""],
  ])("takes a vendor's talk of money out of %j", (message, left) => expect(scrub(message, names)).toBe(left));
  it("leaves what helps, in any language, at a bounded length", () => {
    expect(scrub("Expected tool_use.id v1.5 at messages.2 (got 3.14)", names)).toBe(
      "Expected tool_use.id v1.5 at messages.2 (got 3.14)",
    );
    expect(scrub("top_p must be in (0, 1), got 1.0", names)).toBe("top_p must be in (0, 1), got 1.0");
    expect(scrub("This model's maximum context length is 32768 tokens.", names)).toBe(
      "This model's maximum context length is 32768 tokens.",
    );
    expect(scrub("参数错误\n第 3 条消息", names)).toBe("参数错误 第 3 条消息");
    expect(scrub("长".repeat(5_000), names)).toHaveLength(500);
  });
});

describe("what the log says of a failure", () => {
  it.each([400, 401, 403, 429, 500, 529])("is an upstream's words without the credential, for %i", (status) => {
    const complaint = { message: "no access for campus gpu 7 here", code: "" };
    const { error } = failureOfStatus({ status, headers: {}, complaint, text: "" }, names);
    expect(error.detail).toContain("no access for [key] here");
    expect(JSON.stringify(error)).not.toContain("gpu 7");
    expect(failureOfReply(complaint, names).error.detail).toContain("[key]");
  });
});
