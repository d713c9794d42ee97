// Token first, then one client for the life of the page.

import { createSyncClient, type SyncClient } from "@slipway/client";
import { SyncProvider } from "@slipway/react";
import { useEffect, useMemo, useState } from "react";
import { presentation } from "../freight/presentation";
import { locale } from "../texts";
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
  const client = useMemo(() => createSyncClient({ url: "", token }), [token]);
  return <Desk client={client} />;
}

export function Desk({ client }: { client: SyncClient }) {
  return (
    <SyncProvider client={client} locale={locale} present={presentation}>
      <App />
    </SyncProvider>
  );
}
