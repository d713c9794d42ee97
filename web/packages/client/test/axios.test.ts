// What is particular to axios: its errors, its ways to end a call, its own adapter.

import { createFakeFetch, createFakeState, type FakeFetch, tableOf } from "@slipway/testing";
import axios, { AxiosError, type AxiosInstance, type InternalAxiosRequestConfig } from "axios";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createSyncClient, needsCloud, problemOf, resource, type Routes } from "../src/index";

const routes: Routes = {
  ...resource("/shipments", "Shipment"),
  "POST /documents": { online: "UPLOAD_DOCUMENT" },
};
const baseURL = "https://api.example.com";

let fake: FakeFetch;
let state: ReturnType<typeof createFakeState>;
let sent: InternalAxiosRequestConfig[];

function syncClient() {
  return createSyncClient({ url: "http://daemon.test", token: "t", fetch: fake.fetch });
}

/** An app's axios with an adapter of its own, then with ours in front of it. */
function appAxios(given: "with the app's axios" | "without it"): AxiosInstance {
  const api = axios.create({
    baseURL,
    adapter: (config) => {
      sent.push(config);
      return Promise.resolve({ data: "real", status: 200, statusText: "", headers: {}, config });
    },
  });
  const own = Object.assign(api, { AxiosError, CanceledError: axios.CanceledError });
  const options = given === "without it" ? { routes } : { routes, axios: own };
  api.defaults.adapter = syncClient().axiosAdapter(options);
  return api;
}

async function failureOf(promise: Promise<unknown>): Promise<AxiosError> {
  const error: unknown = await promise.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!axios.isAxiosError(error)) throw new Error(`not an axios error: ${String(error)}`);
  return error;
}

beforeEach(() => {
  state = createFakeState({
    tables: new Map([["Shipment", tableOf([{ id: "s1", note: "old" }])]]),
    settleAfterMs: null,
  });
  fake = createFakeFetch(state);
  sent = [];
});

describe.each(["with the app's axios", "without it"] as const)("%s", (given) => {
  it("a refusal is an error like those of axios, with the problem behind it", async () => {
    const error = await failureOf(appAxios(given).get("/shipments/none"));
    expect(error).toMatchObject({ code: "ERR_BAD_REQUEST", status: 404 });
    expect(error.response?.data).toMatchObject({ title: "There is no Shipment none" });
    expect(problemOf(error)).toMatchObject({ slug: "row-not-found" });
    expect(error instanceof AxiosError).toBe(given === "with the app's axios");
  });

  it("a daemon that does not run looks like a network that is down", async () => {
    fake.stop();
    const error = await failureOf(appAxios(given).get("/shipments"));
    expect(error.code).toBe("ERR_NETWORK");
    expect(error.response).toBeUndefined();
    expect(problemOf(error)).toMatchObject({ slug: "unreachable" });
  });

  it("an action that needs the cloud is refused with a type to decide on", async () => {
    state.setFlags({ simulateOffline: true });
    const error = await failureOf(appAxios(given).post("/documents", new Uint8Array(3)));
    expect(error).toMatchObject({ code: "ERR_BAD_RESPONSE", status: 503 });
    expect(problemOf(error)?.slug).toBe(needsCloud);
  });

  it("a call can be cancelled in both of axios' ways, and runs out of time in its way", async () => {
    const api = appAxios(given);
    const abort = new AbortController();
    abort.abort();
    const source = axios.CancelToken.source();
    source.cancel();
    for (const options of [{ signal: abort.signal }, { cancelToken: source.token }]) {
      const error: unknown = await api
        .get("/shipments", options)
        .catch((caught: unknown) => caught);
      expect(axios.isCancel(error)).toBe(true);
    }
    const slow = createSyncClient({
      url: "http://daemon.test",
      token: "t",
      fetch: (_, init) =>
        new Promise((_, reject) => {
          init?.signal?.addEventListener("abort", () => reject(init.signal?.reason as Error));
        }),
    });
    api.defaults.adapter = slow.axiosAdapter({ routes });
    const error = await failureOf(api.get("/shipments", { timeout: 5 }));
    expect(error).toMatchObject({ code: "ECONNABORTED", message: "timeout of 5ms exceeded" });
  });

  it("the app's validateStatus decides what is an error", async () => {
    const answer = await appAxios(given).get("/shipments/none", { validateStatus: null });
    expect(answer.status).toBe(404);
  });
});

describe("what the app has set up stays as it is", () => {
  it("interceptors, headers, transformers and params work on routed calls", async () => {
    const api = appAxios("with the app's axios");
    const seen: string[] = [];
    api.interceptors.request.use((config) => {
      seen.push(String(config.url));
      return config;
    });
    api.interceptors.response.use((response) => ({
      ...response,
      data: { wrapped: response.data },
    }));
    const answer = await api.get("/shipments", {
      params: { note: "old", empty: undefined },
      transformResponse: [(text: string) => (JSON.parse(text) as unknown[]).length],
    });
    expect(answer.data).toEqual({ wrapped: 1 });
    expect(seen).toEqual(["/shipments"]);
  });

  it("a text is read as what it is: axios calls each of them a form", async () => {
    const api = appAxios("with the app's axios");
    const json = JSON.stringify({ id: "s2", note: "a=b&c" });
    expect((await api.post("/shipments", json)).data).toMatchObject({ id: "s2", note: "a=b&c" });
    const form = new URLSearchParams({ id: "s3", note: "c d" });
    expect((await api.post("/shipments", form)).data).toMatchObject({ id: "s3", note: "c d" });
    for (const text of ["note", "note&id=s4", "="]) {
      const error = await failureOf(api.post("/shipments", text));
      expect(error.response?.data).toMatchObject({ status: 415 });
      expect(problemOf(error)).toMatchObject({ slug: "unsupported-body" });
    }
    expect(state.entries).toHaveLength(2);
  });

  it("a call that the table does not name reaches the app's adapter unchanged", async () => {
    const api = appAxios("with the app's axios");
    const answer = await api.get("/rates", { params: { from: ["EUR", "USD"] }, timeout: 900 });
    expect(answer.data).toBe("real");
    expect(sent[0]).toMatchObject({ url: "/rates", baseURL, timeout: 900 });
  });

  it("adapters that axios knows by name are found", async () => {
    const own = Object.assign(axios.create({ baseURL, adapter: ["none", "fetch"] }), {
      getAdapter: vi.fn(() => (config: InternalAxiosRequestConfig) => {
        sent.push(config);
        return Promise.resolve({ data: 1, status: 200, statusText: "", headers: {}, config });
      }),
    });
    own.defaults.adapter = syncClient().axiosAdapter({ routes, axios: own });
    await own.get("/rates");
    expect(own.getAdapter).toHaveBeenCalledWith(["none", "fetch"]);
    expect(sent).toHaveLength(1);
  });

  it("a repeat under the app's own idempotency key is one write", async () => {
    const keys: (string | null)[] = [];
    const own = createSyncClient({
      url: "http://daemon.test",
      token: "t",
      fetch: (input, init) => {
        keys.push(new Headers(init?.headers).get("idempotency-key"));
        return fake.fetch(input, init);
      },
    });
    const api = axios.create({ baseURL, adapter: own.axiosAdapter({ routes }) });
    await api.patch("/shipments/s1", { note: "x" }, { headers: { "Idempotency-Key": "k1" } });
    expect(keys).toContain("k1");
  });
});

it("without the app's axios, other calls go out with fetch as axios would send them", async () => {
  const requests: Request[] = [];
  const own = createSyncClient({
    url: "http://daemon.test",
    token: "t",
    fetch: (input, init) => {
      requests.push(new Request(input, init));
      return Promise.resolve(
        Response.json({ ok: true }, { status: requests.length > 1 ? 500 : 201 }),
      );
    },
  });
  const api = axios.create({ baseURL: `${baseURL}/`, adapter: own.axiosAdapter({ routes }) });
  const params = { tag: ["a", "b"], at: new Date(0), none: null, deep: { x: 1 } };
  const answer = await api.post("/rates", { eur: 1 }, { params, headers: { "x-own": "1" } });
  expect(answer).toMatchObject({ status: 201, data: { ok: true } });
  const [request] = requests;
  expect(decodeURIComponent(request?.url ?? "")).toBe(
    `${baseURL}/rates?tag[]=a&tag[]=b&at=1970-01-01T00:00:00.000Z&deep={"x":1}`,
  );
  expect(await request?.json()).toEqual({ eur: 1 });
  expect(request?.headers.get("x-own")).toBe("1");
  const error = await failureOf(api.get("/rates"));
  expect(error).toMatchObject({ code: "ERR_BAD_RESPONSE", status: 500 });
});
