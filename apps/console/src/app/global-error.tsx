"use client";

/** When even the root layout failed (the database is away): no settings and no texts are at hand, so both languages. */
export default function GlobalError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <html lang="zh-CN">
      <body>
        <title>Lyceum</title>
        <main
          style={{ font: "16px/1.6 system-ui, sans-serif", maxWidth: "36rem", margin: "20vh auto", padding: "0 1rem" }}
        >
          <h1 style={{ fontSize: "1.375rem" }}>页面没能显示</h1>
          <p>问题在我们这边，请稍后再试。API 不受影响。</p>
          <p lang="en">The page could not be shown. The fault is ours; try again shortly. The API goes on.</p>
          <button type="button" onClick={retry}>
            重试 / <span lang="en">Try again</span>
          </button>
          {error.digest && <p>{error.digest}</p>}
        </main>
      </body>
    </html>
  );
}
