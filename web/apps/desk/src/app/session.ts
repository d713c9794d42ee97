// Where the token comes from: the address' fragment on the first load, then this tab's session.

const key = "slipway-token";

/** Takes the token out of the address, so that it is neither bookmarked nor shared. */
export function readToken(): string | null {
  const match = /(?:^#|[#&])token=([^&]+)/.exec(location.hash);
  if (match?.[1] !== undefined) {
    const token = decodeURIComponent(match[1]);
    keepToken(token);
    history.replaceState(null, "", `${location.pathname}${location.search}#/shipments`);
    return token;
  }
  return sessionStorage.getItem(key);
}

export function keepToken(token: string): void {
  sessionStorage.setItem(key, token);
}
