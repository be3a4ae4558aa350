"use client";
import { PageError } from "#components/shell/page-error.tsx";

export default function ErrorPage({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return <PageError digest={error.digest} retry={retry} />;
}
