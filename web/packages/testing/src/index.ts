export { createFakeApi, type FakeRequest } from "./fake-api.js";
export { type FakeDaemon, startFakeDaemon } from "./fake-daemon.js";
export { type FakeAnswer, fakeProblem } from "./fake-problem.js";
export { createFakeFetch, type FakeFetch } from "./fake-fetch.js";
export { createFakeState, type FakeOptions, type FakeState } from "./fake-state.js";
export { type Actions, tableOf, type Tables } from "./schema.js";
