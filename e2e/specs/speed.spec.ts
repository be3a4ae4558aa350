import type { Browser, Page } from "@playwright/test";
import { checkPage } from "../src/check-page.ts";
import { type Stage, stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";
import { cliJson, runCli } from "../src/system.ts";
import { timed } from "../src/timed.ts";

const UPSTREAM_MODEL = "demo-speed-300ms-400ms-10ms";
const NAME = "e2e-speed";
/** Chunks hold two tokens: so many come in all. */
const TOKENS = 88;

type Sample = {
  place: number;
  ttft_ms: number;
  ttfa_ms: number;
  tpot_ms: number;
  e2e_ms: number;
  overhead_ms: number | null;
  output_tokens: number;
  tokens_counted: boolean;
  charge: string;
  channel: string;
  error_code: string | null;
};
type Export = { run: { state: string; models: string[] }; samples: Sample[] };
type Logged = { model?: string; sent?: { kind: string; atMs: number }[] };

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ stage }) => {
  const added = await runCli(stage.dataDir, [
    ...["channel", "add", "--name", "e2e-speed", "--protocol", "openai", "--url", stage.upstreamUrl, "--allow-private"],
    ...["--credential", "sk-e2e-speed", "--models", `${NAME}=${UPSTREAM_MODEL}`, "--groups", "default"],
  ]);
  expect(added.stderr).toBe("");
  await cliJson(stage.dataDir, ["model", "price", NAME, "--input", "1", "--output", "4"]);
});

async function open(browser: Browser, stage: Stage, role: "student" | "admin"): Promise<Page> {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf(role), locale: "zh-CN" });
  return context.newPage();
}

/** Opens the page with only the timed model ticked. */
async function choose(page: Page): Promise<void> {
  await page.goto("/speed");
  const pressed = page.locator(".speed-models button[aria-pressed=true]");
  for (const name of await pressed.allTextContents()) await page.getByRole("button", { name, exact: true }).click();
  await page.getByRole("button", { name: NAME, exact: true }).click();
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? Number.NaN;

test("a run reports TTFT, TTFA and TPOT within 20 ms of when the upstream sent them, is charged, and keeps no key in the browser", async ({
  browser,
  stage,
}) => {
  const page = await open(browser, stage, "student");
  const keys: string[] = [];
  page.on("request", (request) => {
    const { authorization } = request.headers();
    if (authorization !== undefined || /sk-|lyceum-session/.test(request.url())) keys.push(request.url());
  });
  await choose(page);
  await expect(page.getByText(/至多花费 ¥0\.0\d+/)).toBeVisible();
  await page.getByRole("button", { name: "开始" }).click();
  await expect(page.getByText(/第 \d+ 次，共 10 次/).first()).toBeVisible();

  // One at a time, also from elsewhere.
  const data = { models: [NAME], prompt: "short", language: "zh", isCached: false, concurrency: 1 };
  const second = await page.request.post("/speed/run", { data, headers: { origin: stage.url } });
  expect([second.status(), await second.json()]).toEqual([409, { code: "one_at_a_time" }]);

  await page.waitForURL(/run=/, { timeout: 90_000 });
  const run = new URL(page.url()).searchParams.get("run");
  await expect(page.getByRole("row").filter({ hasText: NAME }).first()).toContainText("10/10");
  const exported = (await (await page.request.get(`/speed/export?run=${run}&format=json`)).json()) as Export;
  expect(exported.run).toMatchObject({ state: "finished", models: [NAME] });
  const samples = exported.samples.filter((sample) => sample.place > 0);
  expect(samples).toHaveLength(10);

  const origin = new URL(stage.upstreamUrl).origin;
  const log = (await (await fetch(`${origin}/__demo/requests?last=200`)).json()) as Logged[];
  const truths = log.filter((seen) => seen.model === UPSTREAM_MODEL && seen.sent !== undefined).slice(-10);
  expect(truths).toHaveLength(10);
  const sentAt = (seen: Logged, wanted?: string) =>
    seen.sent?.find(({ kind }) => wanted === undefined || kind === wanted)?.atMs ?? Number.NaN;
  const truth = (seen: Logged) => {
    const [ttft, last] = [sentAt(seen), seen.sent?.at(-1)?.atMs ?? Number.NaN];
    return { ttft, ttfa: sentAt(seen, "text"), tpot: (last - ttft) / (TOKENS - 1), e2e: last };
  };
  const off = samples.map((sample, index) => {
    const sent = truth(truths[index] ?? {});
    return {
      ttft: sample.ttft_ms - sent.ttft,
      ttfa: sample.ttfa_ms - sent.ttfa,
      tpot: sample.tpot_ms - sent.tpot,
      e2e: sample.e2e_ms - sent.e2e,
      thinking: sample.ttfa_ms - sample.ttft_ms - (sent.ttfa - sent.ttft),
    };
  });
  // What a busy machine adds on the way differs from one request to the next; what a wrong definition adds is in all of them.
  for (const name of ["ttft", "ttfa", "e2e"] as const) {
    const least = Math.min(...off.map((each) => each[name]));
    // What starts or ends at another piece of the answer is a hundred milliseconds off and more.
    expect(least, name).toBeGreaterThan(-2);
    expect(least, name).toBeLessThan(100);
    timed(`${name}, ms off at best`, least, 20);
  }
  for (const name of ["tpot", "thinking"] as const) {
    const typical = median(off.map((each) => each[name]));
    timed(`${name}, ms off`, Math.abs(typical), name === "tpot" ? 1 : 20);
  }
  for (const sample of samples) {
    expect(sample).toMatchObject({ output_tokens: TOKENS, tokens_counted: false, channel: "A", error_code: null });
    expect(Number(sample.charge)).toBeGreaterThan(0);
    expect(sample.overhead_ms).not.toBeNull();
  }

  // With everything on it the page holds in both widths and themes.
  for (const details of await page.locator("details.speed-details > summary").all()) await details.click();
  for (const [width, theme] of [
    [1280, "light"],
    [360, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: theme });
    await checkPage(page, `a run, ${width} px, ${theme}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });

  expect(keys).toEqual([]);
  expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toMatch(/sk-|lyceum-session/);
  await page.goto("/usage");
  await expect(page.getByRole("row").filter({ hasText: NAME }).filter({ hasText: "测速" }).first()).toBeVisible();
  await page.context().close();
});

test("stopping ends a run at once and keeps what was measured; a shared result is read by its link alone", async ({
  browser,
  stage,
}) => {
  const page = await open(browser, stage, "student");
  await choose(page);
  await page.getByRole("button", { name: "开始" }).click();
  await expect(page.getByText(/第 [2-9] 次，共 10 次/).first()).toBeVisible();
  await page.getByRole("button", { name: "停止", exact: true }).click();
  await page.waitForURL(/run=/);
  const run = new URL(page.url()).searchParams.get("run");
  await expect(async () => {
    const kept = (await (await page.request.get(`/speed/export?run=${run}&format=json`)).json()) as Export;
    expect(kept.run.state).toBe("stopped");
    expect(kept.samples.filter((sample) => sample.error_code === null).length).toBeGreaterThanOrEqual(2);
    expect(kept.samples.length).toBeLessThan(11);
  }).toPass();

  // Leaving the page ends a run too, and calls nobody back.
  await page.getByRole("button", { name: "开始" }).click();
  await expect(page.getByText(/第 \d+ 次，共 10 次/).first()).toBeVisible();
  await page.getByRole("link", { name: "余额", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "余额" })).toBeVisible();
  await expect(async () => {
    await page.goto("/speed");
    await expect(page.getByRole("row").filter({ hasText: "进行中" })).toHaveCount(0, { timeout: 1_000 });
  }).toPass();

  await page.goto(`/speed?run=${run}`);
  await page.getByRole("button", { name: "分享" }).click();
  const link = page.locator(".copyline code").filter({ hasText: "/speed/result/" });
  await expect(link).toBeVisible();
  const address = (await link.textContent()) ?? "";
  const other = await open(browser, stage, "admin");
  await other.goto(address);
  await expect(other.getByRole("row").filter({ hasText: NAME }).first()).toBeVisible();
  expect((await other.request.get(`/speed/export?run=${run}&format=csv`)).status()).toBe(404);
  await page.getByRole("button", { name: "停止分享" }).click();
  await expect(link).toBeHidden();
  await other.goto(address);
  await expect(other.getByRole("heading", { name: /没有|不存在/ })).toBeVisible();
  await Promise.all([page.context().close(), other.context().close()]);
});
