"use client";
import { Square, Zap } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogBody, DialogClose, DialogFoot } from "#components/ui/dialog.tsx";
import { countTrials, type ModelTrials, untriedModels, withLine } from "../trial-lines.ts";
import { TrialsList } from "./trials-list.tsx";
import { streamTrials } from "./use-model-trials.ts";

export interface TestedChannel {
  id: string;
  name: string;
  upstreamModels: string[];
}

/** Channels at a time; the gateway tries a few models of each at a time. */
const atOnce = 2;

/** Tries every model of several channels, one small question each, and shows how that goes. */
export function TestAll({ channels, size }: { channels: TestedChannel[]; size?: "sm" }) {
  const translate = useTranslations("channels");
  return (
    <Dialog
      title={translate("testAllTitle", { count: channels.length })}
      insistent
      trigger={
        <Button size={size}>
          <Zap className={`icon ${size ? "icon-sm" : ""}`} />
          {translate(size ? "test" : "testAll")}
        </Button>
      }
    >
      <Trials channels={channels} />
    </Dialog>
  );
}

interface Progress {
  trials: ModelTrials;
  failure: string | null;
  running: boolean;
}

function Trials({ channels: all }: { channels: TestedChannel[] }) {
  const translate = useTranslations("channels");
  const words = useTranslations("ui");
  const [channels] = useState(all);
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(() => fresh(channels));
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const change = (id: string, by: (before: Progress) => Progress) =>
    setProgress((before) => {
      const known = before.get(id);
      return known === undefined ? before : new Map(before).set(id, by(known));
    });
  async function tryOne({ id, upstreamModels }: TestedChannel, signal: AbortSignal): Promise<void> {
    change(id, (before) => ({ ...before, running: true }));
    try {
      await streamTrials({ of: { channelId: id }, models: upstreamModels, depth: "answer" }, signal, (line) =>
        change(id, (before) => ({
          ...before,
          trials: withLine(before.trials, line),
          failure: line.kind === "end" && !line.ok ? line.message : before.failure,
        })),
      );
    } catch {
      if (!signal.aborted) change(id, (before) => ({ ...before, failure: words("offline") }));
    } finally {
      change(id, (before) => ({ ...before, running: false }));
    }
  }
  async function start(): Promise<void> {
    const own = new AbortController();
    abort.current = own;
    setProgress(fresh(channels));
    const waiting = channels.filter(({ upstreamModels }) => upstreamModels.length > 0);
    const lane = async () => {
      for (let next = waiting.shift(); next !== undefined && !own.signal.aborted; next = waiting.shift())
        await tryOne(next, own.signal);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }
  const running = [...progress.values()].some((each) => each.running);
  const counts = [...progress.values()].map(({ trials }) => countTrials(trials));
  const sum = (of: "all" | "done" | "usable") => counts.reduce((total, each) => total + each[of], 0);
  return (
    <>
      <DialogBody>
        <p role="status" className="small">
          <b className="strong">{translate("trialsDone", { done: sum("done"), all: sum("all") })}</b>{" "}
          <span className="muted">
            {translate("trialsUsable", { usable: sum("usable"), failed: sum("done") - sum("usable") })}
          </span>
        </p>
        {channels.map(({ id, name, upstreamModels }) => {
          const state = progress.get(id);
          return (
            <section key={id} className="grid gap-1">
              <h3>{name}</h3>
              {upstreamModels.length === 0 || state === undefined ? (
                <p className="muted small">{translate("stateEmpty")}</p>
              ) : (
                <TrialsList state={state} isQuiet />
              )}
            </section>
          );
        })}
      </DialogBody>
      <DialogFoot>
        <DialogClose>{translate("close")}</DialogClose>
        {running ? (
          <Button onClick={() => abort.current?.abort()}>
            <Square className="icon" />
            {translate("stopTrials")}
          </Button>
        ) : (
          <Button variant="primary" onClick={start}>
            <Zap className="icon" />
            {translate("testTicked", { count: sum("all") })}
          </Button>
        )}
      </DialogFoot>
    </>
  );
}

function fresh(channels: TestedChannel[]): ReadonlyMap<string, Progress> {
  return new Map(
    channels.map(({ id, upstreamModels }) => [
      id,
      { trials: untriedModels(upstreamModels), failure: null, running: false },
    ]),
  );
}
