import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { getAvailable } from "#features/balance/queries.ts";
import { getBaseUrl } from "#features/keys/base-url.ts";
import { Playground } from "#features/playground/components/playground.tsx";
import {
  findConversation,
  listConversations,
  listOwnPresets,
  listPlaygroundModels,
} from "#features/playground/queries.ts";
import { idOf } from "#features/playground/route-words.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { requireSession } from "#server/session.ts";

interface PlaygroundPageProps {
  params: Promise<{ conversation?: string[] }>;
  searchParams: Promise<{ model?: string | string[] }>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("playground");
  return { title: translate("title") };
}

export default async function PlaygroundPage({ params, searchParams }: PlaygroundPageProps) {
  const user = await requireSession();
  const [{ conversation: path = [] }, { model }] = await Promise.all([params, searchParams]);
  const id = path.length === 0 ? null : idOf(path[0]);
  if (path.length > 1 || (path.length === 1 && id === null)) notFound();
  const [models, conversations, conversation, ownPresets, balance, baseUrl] = await Promise.all([
    listPlaygroundModels(user.id),
    listConversations(user.id, {}),
    id === null ? null : findConversation(user.id, id, {}),
    listOwnPresets(user.id),
    getAvailable(user.id),
    getBaseUrl(),
  ]);
  if (id !== null && conversation === null) notFound();
  return (
    <ClientMessages nouns={["playground", "snippets"]}>
      <Playground
        userId={user.id}
        models={models}
        conversations={conversations}
        conversation={conversation}
        ownPresets={ownPresets}
        model={typeof model === "string" ? model : null}
        balance={balance.toString()}
        baseUrl={baseUrl}
      />
    </ClientMessages>
  );
}
