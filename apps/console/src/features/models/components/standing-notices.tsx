import type { ModelRow } from "@lyceum/db";
import { useTranslations } from "next-intl";
import { ButtonLink } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Format } from "#i18n/format.ts";
import { RestoreModel } from "./restore-model.tsx";

/** Why a model that is not retired can't be used, and when it will be retired. */
export function StandingNotices({ model, format }: { model: ModelRow; format: Format }) {
  const translate = useTranslations("models");
  const { id, name, standing, pausedAt, pausedReason, retiresAt, redirect, removedReason } = model;
  const [first] = model.deployments;
  return (
    <>
      {pausedAt && (
        <Notice tone="warning">
          {translate("pausedNote", { when: format.dateTime(pausedAt), reason: pausedReason || translate("noReason") })}
        </Notice>
      )}
      {standing === "lost" && (
        <Notice
          tone="danger"
          action={
            first && (
              <ButtonLink size="sm" href={`/admin/health?cell=${first.id}`}>
                {translate("toHealth")}
              </ButtonLink>
            )
          }
        >
          {translate("lostNote")}
        </Notice>
      )}
      {retiresAt && (
        <Notice tone="warning" action={<RestoreModel model={{ id, name }} planned />}>
          {translate("retiresNote", {
            when: format.dateTime(retiresAt),
            redirect: redirect ? translate("retiresRedirect", { name: redirect.name }) : "",
            reason: removedReason ? translate("retiresReason", { reason: removedReason }) : "",
          })}
        </Notice>
      )}
    </>
  );
}
