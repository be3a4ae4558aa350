import type { ModelCapability } from "@lyceum/db";
import { AudioLines, Binary, Brain, Image, type LucideIcon, Radio, Server, Wrench } from "lucide-react";
import { useTranslations } from "next-intl";
import { Tag } from "#components/ui/badge.tsx";

const icons: Record<ModelCapability, LucideIcon> = {
  vision: Image,
  tools: Wrench,
  reasoning: Brain,
  audio: AudioLines,
  realtime: Radio,
  embedding: Binary,
};

/** What a model can do, and whether it runs on campus. */
export function CapabilityTags({ of, isLocal }: { of: readonly ModelCapability[]; isLocal: boolean }) {
  const translate = useTranslations("models");
  if (of.length === 0 && !isLocal) return <span className="muted">—</span>;
  return (
    <span className="row wrap gap-x-2 gap-y-0">
      {of.map((capability) => {
        const Icon = icons[capability];
        return (
          <Tag key={capability} icon={<Icon className="icon" />}>
            {translate(capability)}
          </Tag>
        );
      })}
      {isLocal && <Tag icon={<Server className="icon" />}>{translate("local")}</Tag>}
    </span>
  );
}
