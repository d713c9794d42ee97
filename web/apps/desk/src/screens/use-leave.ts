// Where a screen goes when its work is done, unless the user has gone elsewhere meanwhile: nobody is
// pulled away from what he turned to.

import { useEffect, useMemo, useRef } from "react";
import { goTo } from "../app/routes";

export interface Leave {
  to: (address: string) => void;
  /** Still the screen that is shown: who has gone is told elsewhere. */
  isHere: () => boolean;
}

export function useLeave(): Leave {
  const isHere = useRef(false);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return useMemo(
    () => ({
      to: (address) => {
        if (isHere.current) goTo(address);
      },
      isHere: () => isHere.current,
    }),
    [],
  );
}
