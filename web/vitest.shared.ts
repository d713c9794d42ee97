// Tests read the packages' sources, not what was built of them.
import { defaultServerConditions } from "vite";

const conditions = ["slipway-source", ...defaultServerConditions];

export const fromSource = { resolve: { conditions }, ssr: { resolve: { conditions } } };
