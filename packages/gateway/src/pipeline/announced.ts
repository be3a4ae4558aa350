import type { ModelConfig } from "@lyceum/db/gateway-config";
import type { ErrorParameters } from "@lyceum/domain";

/** The hint of an error about a model that is away, and behind it what is announced to its users now: the newest. */
export function withAnnounced({ announcements }: ModelConfig, parameters: ErrorParameters): ErrorParameters {
  const now = new Date();
  const said = announcements?.find(({ startsAt, endsAt }) => startsAt <= now && (endsAt === null || endsAt > now));
  if (said === undefined) return parameters;
  const { hint_zh = "", hint_en = "" } = parameters;
  return {
    ...parameters,
    hint_zh: `${hint_zh}公告：${said.zh}`,
    hint_en: `${hint_en} Announcement: ${said.en}`.trim(),
  };
}
