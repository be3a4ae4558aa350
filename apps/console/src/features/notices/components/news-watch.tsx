"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";

const EVERY_MS = 3 * 60_000;
/** Whoever switches between tabs all the time asks no more often than this. */
const LEAST_MS = 15_000;

/** Draws banners and bell anew where there is news: asked when the tab is seen again, and now and then while it is. A hidden tab asks nothing. */
export function NewsWatch({ seen }: { seen: string }) {
  const router = useRouter();
  const shown = useRef(seen);
  shown.current = seen;
  useEffect(() => {
    let askedAt = Date.now();
    const look = async () => {
      if (document.hidden || Date.now() - askedAt < LEAST_MS) return;
      askedAt = Date.now();
      const response = await fetch("/notices/news", { redirect: "error" });
      // Signed out meanwhile: the next step says so.
      if (!response.ok) return;
      const { news } = (await response.json()) as { news: string };
      if (news !== shown.current) router.refresh();
    };
    // Without a connection there is no news; the next look asks again.
    const tryLook = () => void look().catch((error: unknown) => console.warn("news", error));
    const timer = setInterval(tryLook, EVERY_MS);
    document.addEventListener("visibilitychange", tryLook);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tryLook);
    };
  }, [router]);
  return null;
}
