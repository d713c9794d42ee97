// The frame: navigation, bar, banner, the screen of the route, the sync panel.

import {
  OfflineBanner,
  OfflineSwitch,
  SyncBadge,
  SyncPanel,
  usePanel,
  useSyncStatus,
} from "@slipway/react";
import { type ReactNode, useEffect } from "react";
import { type DeskEntity, deskEntities, entities } from "../freight/entities";
import { ListScreen } from "../screens/list";
import { RecordScreen } from "../screens/record";
import { texts } from "../texts";
import { Button } from "../ui/button";
import { Icon, type IconName } from "../ui/icons";
import { Message } from "../ui/states";
import { ThemeButton } from "../ui/theme";
import { LeaveDialog } from "./leave-dialog";
import { useLeaving } from "./leaving";
import { TokenForm } from "./no-token";
import { addressOf } from "./routes";
import { keepToken } from "./session";

const navIcons: Record<DeskEntity, IconName> = {
  Shipment: "ship",
  Quote: "quote",
  Invoice: "invoice",
  Customer: "customer",
};

export function App() {
  const { route, isAsking } = useLeaving();
  const panel = usePanel();
  const definition = entities[route.entityType];
  useEffect(() => {
    document.title = `${texts.nav[route.entityType]} · ${texts.appName}`;
  }, [route.entityType]);

  return (
    <div className={`shell ${panel.isOpen ? "shell-panel" : ""}`}>
      <a className="skip" href="#main" onClick={skipToMain}>
        {texts.skipToContent}
      </a>
      <nav className="nav" aria-label={texts.nav["label"]}>
        <span className="nav-mark" aria-hidden="true">
          <Icon name="ship" size={22} />
        </span>
        {deskEntities.map((type) => (
          <a
            key={type}
            href={addressOf(type)}
            aria-current={type === route.entityType ? "page" : undefined}
          >
            <Icon name={navIcons[type]} size={20} />
            <span>{texts.nav[type]}</span>
          </a>
        ))}
      </nav>
      <header className="bar">
        <DeviceName />
        <OfflineSwitch className="bar-switch" />
        <ThemeButton />
        <SyncBadge />
      </header>
      <OfflineBanner className="banner" needsCloud={[texts.documents.uploading]} />
      <main className="main" id="main" tabIndex={-1}>
        <ServiceGate>
          {route.record === null ? (
            <ListScreen key={route.entityType} definition={definition} />
          ) : (
            <RecordScreen
              key={`${route.entityType}/${route.record}`}
              definition={definition}
              record={route.record}
              onOpenPanel={panel.open}
            />
          )}
        </ServiceGate>
      </main>
      <SyncPanel className="panel" />
      {isAsking && <LeaveDialog />}
    </div>
  );
}

/** A plain #main link would be taken for a route. */
function skipToMain(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function DeviceName() {
  const { status } = useSyncStatus();
  return (
    <p className="device">
      {texts.appName}
      {status?.deviceName && <span className="faint"> {status.deviceName}</span>}
    </p>
  );
}

/** If the service was never reached there is nothing to show but that; later the page stays. */
function ServiceGate({ children }: { children: ReactNode }) {
  const { status, link } = useSyncStatus();
  if (link === "fine") return children;
  if (link === "refused") {
    return (
      <Message icon="key" tone="bad" alone title={texts.problem.wrongTokenTitle}>
        <p>{texts.problem.wrongTokenText}</p>
        <TokenForm
          onToken={(token) => {
            keepToken(token);
            location.reload();
          }}
        />
      </Message>
    );
  }
  if (status !== null) return children;
  return (
    <Message
      icon="alert"
      tone="bad"
      alone
      title={texts.problem.unreachableTitle}
      action={<Button onClick={() => location.reload()}>{texts.problem.retry}</Button>}
    >
      <p>{texts.problem.unreachableText}</p>
    </Message>
  );
}
