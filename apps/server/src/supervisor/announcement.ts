import type { Settings } from "../env.ts";
import type { Demo } from "./demo.ts";
import type { System } from "./start-system.ts";

/** What a start with --json prints: one object, the same names for everybody who reads it. */
export function forMachines({ url, databaseUrl, signIn, demo }: System, { dataDir }: Settings): object {
  const common = { url, dataDir, databaseUrl, pid: process.pid, signIn };
  if (!demo) return common;
  const { admin, students, models, upstreamUrl } = demo;
  const keys = students.flatMap(({ studentId, key }) => (key ? [{ studentId, key }] : []));
  return { ...common, admin, students, keys, models, upstreamUrl };
}

/** What a start tells the person at the terminal. */
export function forPeople({ url, signIn, demo }: System, { dataDir }: Settings, tookMs: number): string {
  const lines = [
    `Lyceum is running (started in ${(tookMs / 1000).toFixed(1)} s).`,
    "",
    `  Address      ${url}`,
    `  Data folder  ${dataDir}`,
  ];
  if (signIn) {
    lines.push(
      `  First admin  student ID ${signIn.studentId}   password ${signIn.password}`,
      "               (shown only this once; change it after signing in)",
    );
  }
  if (demo) lines.push(...demoLines(demo, url));
  return `\n${lines.join("\n")}\n\nCtrl-C stops it.\n`;
}

function demoLines({ admin, students, models }: Demo, url: string): string[] {
  const lines: string[] = [];
  const student = students.find(({ key }) => key) ?? students[0];
  if (admin) lines.push(`  Admin        student ID ${admin.studentId}   password ${admin.password}`);
  if (student) {
    lines.push(`  Student      student ID ${student.studentId}   password ${student.password}   (${student.name})`);
    lines.push(`               and ${students.length - 1} more with the same password`);
  }
  if (student?.key && models[0]) lines.push("", "Ask a model:", "", curlLine(url, student.key, models[0]));
  return lines;
}

/** A command that works as printed in every POSIX shell. */
function curlLine(url: string, key: string, model: string): string {
  const body = JSON.stringify({
    model,
    stream: true,
    messages: [{ role: "user", content: "你好，请介绍一下你自己。" }],
  });
  return [
    `curl -N ${url}/v1/chat/completions`,
    `-H 'Authorization: Bearer ${key}'`,
    "-H 'Content-Type: application/json'",
    `-d '${body}'`,
  ].join(" ");
}
