import { useEffect, useState } from "react";

const usualRem = 16;

function readRem(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || usualRem;
}

/** The page's text size in pixels, for what has to be measured in it; follows the user's setting. */
export function useRem(): number {
  const [rem, setRem] = useState(readRem);
  useEffect(() => {
    const look = () => setRem(readRem());
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  }, []);
  return rem;
}
