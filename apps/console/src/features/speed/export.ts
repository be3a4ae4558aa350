import type { SpeedRunRow, SpeedSampleRow } from "@lyceum/db";
import { byteOrderMark, csvLine, formatAmount, formatRequestId } from "@lyceum/domain";
import { channelLetters, overheadOf } from "./summary.ts";

/** The same names in both forms and both languages, so that a script reads either. No channel's name: it may be internal. */
function sampleOf(sample: SpeedSampleRow, letters: ReadonlyMap<string, string>) {
  return {
    model: sample.model,
    place: sample.place,
    request_id: sample.requestId === null ? null : formatRequestId(sample.requestId),
    sent_after_ms: sample.sentAfterMs,
    first_byte_ms: sample.firstByteMs,
    ttft_ms: sample.ttftMs,
    ttfa_ms: sample.ttfaMs,
    tpot_ms: sample.tpotMs,
    e2e_ms: sample.e2eMs,
    upstream_ttft_ms: sample.upstreamTtftMs,
    overhead_ms: overheadOf(sample),
    input_tokens: sample.inputTokens,
    cached_tokens: sample.cachedTokens,
    output_tokens: sample.tokens,
    tokens_counted: sample.isCounted,
    charge: sample.chargeNanos === null ? null : formatAmount(sample.chargeNanos),
    channel: sample.channelId === null ? null : (letters.get(sample.channelId) ?? null),
    http_status: sample.httpStatus,
    error_code: sample.errorCode,
  };
}

type Found = { run: SpeedRunRow; samples: SpeedSampleRow[] };

/** A run as JSON: how it was asked, and every sample; place 0 is the warm-up. */
export function runAsJson({ run, samples }: Found, currency: string): string {
  const letters = channelLetters(samples);
  const { prompt, language, concurrency, runs, models, state } = run;
  return JSON.stringify(
    {
      run: {
        started_at: run.startedAt.toISOString(),
        ended_at: run.endedAt?.toISOString() ?? null,
        ...{
          prompt,
          language,
          concurrency,
          runs,
          models,
          state,
          cached: run.isCached,
          error_code: run.errorCode,
          currency,
        },
      },
      samples: samples.map((sample) => sampleOf(sample, letters)),
    },
    null,
    2,
  );
}

/** Its samples as CSV. */
export function runAsCsv({ samples }: Found): string {
  const letters = channelLetters(samples);
  const rows = samples.map((sample) => sampleOf(sample, letters));
  const [first] = rows;
  const head = first === undefined ? [] : Object.keys(first);
  return byteOrderMark + csvLine(head) + rows.map((row) => csvLine(Object.values(row))).join("");
}
