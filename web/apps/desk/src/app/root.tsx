// Token first, then one client and one store for the life of the page.

import { createSyncClient } from "@slipway/client";
import { useEffect, useMemo, useState } from "react";
import { SyncContext } from "../sync/context";
import { createSyncStore } from "../sync/store";
import { ToastHost } from "../ui/toast";
import { App } from "./app";
import { NoToken } from "./no-token";
import { keepToken } from "./session";

export function Root({ initialToken }: { initialToken: string | null }) {
  const [token, setToken] = useState(initialToken);
  useEffect(() => {
    // An address with a new token, opened in this tab, changes only the fragment: start anew.
    const onHash = () => {
      if (/[#&]token=/.test(location.hash)) location.reload();
    };
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);
  if (token !== null) return <Connected token={token} />;
  return (
    <NoToken
      onToken={(pasted) => {
        keepToken(pasted);
        setToken(pasted);
      }}
    />
  );
}

function Connected({ token }: { token: string }) {
  const sync = useMemo(() => {
    const client = createSyncClient({ url: "", token });
    return { client, store: createSyncStore(client) };
  }, [token]);
  useEffect(() => sync.store.start(), [sync]);
  return (
    <SyncContext value={sync}>
      <ToastHost>
        <App />
      </ToastHost>
    </SyncContext>
  );
}
