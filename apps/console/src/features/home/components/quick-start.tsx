import { getTranslations } from "next-intl/server";
import { CopyLine } from "#components/ui/code-block.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { getBaseUrl } from "#features/keys/base-url.ts";
import { workingModel } from "#features/keys/working-model.ts";
import { SnippetTabs } from "#features/snippets/components/snippet-tabs.tsx";
import { getSquare } from "#features/square/queries.ts";

/** Code that runs as it stands, with the real address and a model that works for this person. */
export async function QuickStart({ userId }: { userId: string }) {
  const [translate, baseUrl, square] = await Promise.all([getTranslations("home"), getBaseUrl(), getSquare(userId)]);
  const model = workingModel(square);
  return (
    <section className="section later" aria-labelledby="h-start">
      <div className="section-head">
        <h2 id="h-start">{translate("quickStart")}</h2>
        <p>{translate("quickStartFacts")}</p>
      </div>
      <div className="panel start">
        {model === null ? (
          <Notice tone="warning">{translate("noModel")}</Notice>
        ) : (
          <SnippetTabs baseUrl={baseUrl} model={model} />
        )}
        <div className="mt-3">
          <CopyLine label="Base URL" text={baseUrl} />
        </div>
      </div>
    </section>
  );
}
