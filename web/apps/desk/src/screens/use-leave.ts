// Where a screen goes when its work is done, unless the user has gone elsewhere meanwhile: nobody is
// pulled away from what he turned to.

import { useCallback, useEffect, useRef } from "react";
import { goTo } from "../app/routes";

export function useLeave(): (address: string) => void {
  const isHere = useRef(false);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return useCallback((address) => {
    if (isHere.current) goTo(address);
  }, []);
}
