// What happened, in a sentence, and whether the cloud has moved on since.

import { useSync } from "../context.js";
import { useNow } from "../hooks/use-time.js";
import { formatAgo } from "../present/format.js";
import { Icon } from "../ui/icons.js";
import type { Contest } from "./contest.js";

export function ConflictStory({ contest, isNewer }: { contest: Contest; isNewer: boolean }) {
  const { texts } = useSync();
  const who = contest.who ?? texts.conflict.somebody;
  const note = isNewer ? texts.conflict.movedOnWhileOpen : texts.conflict.movedOn;
  return (
    <>
      <p className="sw-story">{texts.conflict.reasons[contest.reason](who)}</p>
      {(contest.movedOn || isNewer) && (
        <p className="sw-note" role="status">
          <Icon name="alert" size={16} /> {note}
        </p>
      )}
    </>
  );
}

/** "New York, 2 minutes ago" */
export function WhoAndWhen({ contest }: { contest: Contest }) {
  const { texts, locale } = useSync();
  const now = useNow(15_000);
  const when = contest.when === null ? null : formatAgo(contest.when, now, locale);
  return <bdi>{texts.conflict.by(contest.who, when)}</bdi>;
}
