// What stands in front of the panel's list, with a way back. Its heading takes the focus.

import { type ReactNode, useEffect, useRef } from "react";
import { useTexts } from "../context.js";
import { IconButton } from "../ui/button.js";

interface FrontProps {
  label: string;
  title: ReactNode;
  /** Beside the title. */
  before?: ReactNode;
  after?: ReactNode;
  onBack: () => void;
  children: ReactNode;
}

export function Front({ label, title, before, after, onBack, children }: FrontProps) {
  const texts = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="sw-front" aria-label={label}>
      <div className="sw-front-head">
        <IconButton icon="back" label={texts.back} onClick={onBack} />
        {before}
        <h3 ref={heading} tabIndex={-1}>
          {title}
        </h3>
        {after}
      </div>
      <div className="sw-front-body">{children}</div>
    </section>
  );
}
