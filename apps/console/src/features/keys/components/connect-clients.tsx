"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useAct } from "#components/form/use-act.ts";
import { Button } from "#components/ui/button.tsx";
import { createKey } from "../actions.ts";
import { type ChatClient, chatClients, clientNames } from "../client-links.ts";
import type { KeyChoices } from "../queries.ts";
import { useKeyDesk } from "./key-desk.tsx";

/** Chat programs: one press makes a key named for one, which is then handed to it. */
export function ConnectClients({ choices: { groups, lobeUrl } }: { choices: KeyChoices }) {
  const translate = useTranslations("keys");
  const begin = useKeyDesk();
  const { act, pending } = useAct();
  const [groupId, setGroupId] = useState(groups[0]?.id ?? "");
  const connect = (client: ChatClient) =>
    act(
      () => createKey(keyFor(client, groupId)),
      (made) => {
        begin({ kind: "made", made, client });
        return undefined;
      },
    );
  return (
    <>
      {groups.length > 1 && (
        <label className="row small mb-2">
          {translate("group")}
          <select className="input w-auto" value={groupId} onChange={(event) => setGroupId(event.target.value)}>
            {groups.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <ul className="clients">
        {chatClients
          .filter((client) => client !== "lobe" || lobeUrl !== "")
          .map((client) => (
            <li key={client}>
              <div className="grow">
                <b>{clientNames[client]}</b>
                <p className="muted small">{translate(`about_${client}`)}</p>
              </div>
              <Button size="sm" disabled={pending || groupId === ""} onClick={() => connect(client)}>
                {translate("connect", { client: clientNames[client] })}
              </Button>
            </li>
          ))}
      </ul>
    </>
  );
}

/** Like a key of the form where nothing is changed but the name. */
function keyFor(client: ChatClient, groupId: string) {
  return {
    ...{ name: clientNames[client], groupId, scope: "all" as const, models: [], networks: [], expiry: "term" as const },
    ...{ rpmLimit: "", tpmLimit: "", parallelLimit: "", cap: "", capPeriod: "total" as const },
  };
}
