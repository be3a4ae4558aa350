import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";
import { cliJson, runCli } from "../src/system.ts";
import { timed } from "../src/timed.ts";

const name = "e2e-pg-paced";

/** About 5,000 tokens: 40 blocks of code and 200 formulas. */
const answer = Array.from({ length: 40 }, (_, part) => {
  const formula = (index: number) => `\\frac{\\partial f_{${part}}}{\\partial x_{${index}}}`;
  return [
    `## Part ${part}`,
    `The flow $${formula(1)}$ and \\(${formula(2)}\\) balance $${formula(3)}$, as **shown** below.`,
    `\\[\n\\begin{aligned} ${formula(4)} &= \\int_0^\\infty e^{-x^2}\\,dx \\\\ &= \\ket{\\psi_{${part}}} \\end{aligned}\n\\]`,
    `$$\n${formula(5)} = \\SI{${part}}{\\joule\\per\\kelvin}\n$$`,
    `\`\`\`python\nimport numpy as np\n\ndef step_${part}(x, dt=0.1):\n    # advance by one step\n    return x + dt * np.sin(${part} * x)\n\`\`\``,
  ].join("\n\n");
}).join("\n\n");

type TraceEvent = {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
};

/** What the page does in a task; a task without any of it is the browser's own, or the tracing's. */
const pageWork = new Set([
  "FunctionCall",
  "FireAnimationFrame",
  "EventDispatch",
  "UpdateLayoutTree",
  "Layout",
  "Paint",
]);

/** CPU of each task of the page's main thread, in ms, longest first: what a machine busy with other things doesn't change. */
function mainThreadTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const threads = traceEvents
    .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
    .map((main) => traceEvents.filter(({ pid, tid }) => pid === main.pid && tid === main.tid));
  const [events = []] = threads.toSorted((a, b) => b.length - a.length);
  const work = events.filter(({ name }) => pageWork.has(name));
  const isOfPage = ({ ts, dur = 0 }: TraceEvent) => work.some((each) => each.ts >= ts && each.ts < ts + dur);
  return events
    .filter(({ name, tdur }) => tdur && name.endsWith("RunTask"))
    .toSorted((a, b) => (b.tdur ?? 0) - (a.tdur ?? 0))
    .slice(0, 200)
    .filter(isOfPage)
    .map(({ tdur = 0 }) => tdur / 1000);
}

type Frames = { longest: number; over100: number; count: number };

test("an answer of 5,000 tokens with 40 blocks of code and 200 formulas streams without holding up the page", async ({
  browser,
  stage,
}) => {
  const added = await runCli(stage.dataDir, [
    ...["channel", "add", "--name", "e2e-paced", "--protocol", "openai", "--url", stage.upstreamUrl, "--allow-private"],
    ...["--credential", "sk-e2e-paced", "--models", `${name}=demo-echo-every-4ms`, "--groups", "default"],
  ]);
  expect(added.stderr).toBe("");
  await cliJson(stage.dataDir, ["model", "price", name, "--input", "1", "--output", "4"]);
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student"), locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(`/playground?model=${name}`, { waitUntil: "networkidle" });
  await expect(page.locator("#model-picker")).toContainText(name);
  const client = await context.newCDPSession(page);
  const heap = async () => {
    await client.send("HeapProfiler.collectGarbage");
    return (await client.send("Runtime.getHeapUsage")).usedSize / 1e6;
  };
  const before = await heap();
  await page.getByRole("textbox", { name: "消息" }).fill(answer);
  await page.getByRole("textbox", { name: "消息" }).press("Enter");
  const last = page.locator("article.answer").last();
  await expect(last.getByRole("heading").first()).toBeVisible();
  await browser.startTracing(page, { categories: ["toplevel", "__metadata", "devtools.timeline"] });
  // Counted while text comes: collecting garbage for the heap's size, and starting to trace, hold the page up themselves.
  await page.evaluate(() => {
    const frames: Frames = { longest: 0, over100: 0, count: 0 };
    Object.assign(window, { frames });
    let before = performance.now();
    const onFrame = (now: number) => {
      const took = now - before;
      before = now;
      frames.count += 1;
      frames.longest = Math.max(frames.longest, took);
      if (took > 100) frames.over100 += 1;
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  });
  // Seldom asked: asking is work of the page too.
  await page.waitForFunction(
    () => document.querySelectorAll("article.answer .turn-foot, article.answer .katex-html").length > 200,
    undefined,
    { polling: 500, timeout: 100_000 },
  );
  const frames = await page.evaluate(() => (window as unknown as { frames: Frames }).frames);
  const tasks = mainThreadTasks(await browser.stopTracing());
  await expect(last.locator(".code")).toHaveCount(40);
  await expect(last.locator(".katex-html")).toHaveCount(200);
  await expect(last.locator(".tex-source")).toHaveCount(0);
  const after = await heap();
  const grown = Math.round(after - before);
  console.log(
    `  ${answer.length} characters: ${frames.count} frames, longest ${Math.round(frames.longest)} ms, ${frames.over100} over 100 ms; CPU of the longest tasks ${tasks
      .slice(0, 5)
      .map((ms) => Math.round(ms))
      .join(", ")} ms; heap + ${grown} MB`,
  );
  expect(tasks.length).toBeGreaterThan(50);
  // Of frames a crowded machine says nothing, of its own work the page can be asked: the longest takes 40 ms. One more may load KaTeX and the grammars.
  timed("tasks over 100 ms", tasks.filter((ms) => ms > 100).length, 2);
  expect(grown).toBeLessThan(60);
  await context.close();
});
