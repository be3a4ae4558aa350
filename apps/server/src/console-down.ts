import type { IncomingMessage, ServerResponse } from "node:http";

const RETRY_AFTER_S = 5;
const CHINESE = "控制台正在重新启动，请稍候。API 不受影响。";
const ENGLISH = "The console is restarting, please wait a moment. The API is not affected.";

const PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="${RETRY_AFTER_S}">
<title>Lyceum · 503</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:20vh auto;padding:0 1rem}</style>
</head>
<body><h1>503</h1><p>${CHINESE}</p><p lang="en">${ENGLISH}</p></body>
</html>
`;

const JSON_BODY = JSON.stringify({ error: { code: "console_unavailable", message: `${CHINESE} ${ENGLISH}` } });

/** Answers 503 while the console is down: a page for browsers, which try again by themselves, else JSON. */
export function answerConsoleDown(request: IncomingMessage, response: ServerResponse): void {
  const html = request.headers.accept?.includes("text/html") ?? false;
  const body = html ? PAGE : JSON_BODY;
  request.resume(); // whatever is left of the body has nowhere to go
  response.writeHead(503, {
    "content-type": html ? "text/html; charset=utf-8" : "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "no-store",
    "retry-after": String(RETRY_AFTER_S),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}
