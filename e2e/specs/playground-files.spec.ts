import { stateOf } from "../src/global-setup.ts";
import { expect, test } from "../src/stage.ts";

type File = { id: string; kind: string; pages: number | null; tokens: number };

test("a PDF is read in the console as it is built, kept for who sent it, and seen by nobody else", async ({
  browser,
  stage,
}) => {
  const context = await browser.newContext({ baseURL: stage.url, storageState: stateOf("student") });
  const page = await context.newPage();
  await page.setContent("<h1>热力学第二定律</h1><p>Entropy never decreases.</p>");
  const pdf = await page.pdf();
  const send = (name: string, data: Buffer, origin = stage.url) =>
    context.request.post(`/playground/attachments?name=${encodeURIComponent(name)}`, { data, headers: { origin } });
  const sent = await send("讲义.pdf", pdf);
  expect(sent.status()).toBe(201);
  const file = (await sent.json()) as File;
  expect(file).toMatchObject({ kind: "pdf", name: "讲义.pdf", pages: 1 });
  const address = `/playground/attachments/${file.id}`;
  const text = await context.request.get(address);
  expect(await text.text()).toContain("热力学第二定律");
  expect(await text.text()).toContain("Entropy never decreases.");
  expect(text.headers()).toMatchObject({ "x-content-type-options": "nosniff" });

  expect((await send("x.pdf", pdf, "http://evil.example")).status()).toBe(403);
  const broken = await send("x.pdf", Buffer.from("%PDF-1.7 nothing"));
  expect([broken.status(), await broken.json()]).toMatchObject([400, { code: "unreadable" }]);
  const admin = await browser.newContext({ baseURL: stage.url, storageState: stateOf("admin") });
  expect((await admin.request.get(address)).status()).toBe(404);
  await Promise.all([context.close(), admin.close()]);
});
