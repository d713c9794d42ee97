// The hosted API, as every part of the app calls it.

import axios, { AxiosError } from "axios";

export const api = axios.create({ baseURL: "https://api.example.com/v1", timeout: 5000 });

let session = "";
export function signIn(token: string): void {
  session = token;
}

api.interceptors.request.use((request) => {
  request.headers.set("authorization", `Bearer ${session}`);
  return request;
});

/** Every failure in words for the status line. */
export function explain(error: unknown): string {
  if (!(error instanceof AxiosError)) return String(error);
  if (error.response === undefined) return "No connection. Try again later.";
  const { title } = error.response.data as { title?: string };
  return title ?? `The server answered ${error.response.status}.`;
}
