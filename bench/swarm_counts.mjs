// What a swarm asked for and what it was answered, by the second and the route.

export class Counts {
  #began = performance.now();
  #seconds = new Map(); // "asked POST /v1/push" and its kin → second → how often
  #waits = new Map(); // route → ms of those that were served
  statuses = new Map();

  #count(what, at = performance.now(), times = 1) {
    const second = Math.floor((at - this.#began) / 1000);
    if (!this.#seconds.has(what)) this.#seconds.set(what, new Map());
    const of = this.#seconds.get(what);
    of.set(second, (of.get(second) ?? 0) + times);
  }

  /** A request leaves; what it gives is called with the status that came back, 0 for none. */
  begins(route) {
    const began = performance.now();
    return (status) => {
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      if (status === 0) return; // the node was not there: it had nothing of it
      for (const what of [route, "all"]) this.#count(`asked ${what}`, began);
      if (status !== 200) return;
      for (const what of [route, "all"]) this.#count(`served ${what}`);
      if (!this.#waits.has(route)) this.#waits.set(route, []);
      this.#waits.get(route).push(performance.now() - began);
    };
  }

  settled = (entries) => this.#count("entries", performance.now(), entries);

  seconds = () => (performance.now() - this.#began) / 1000;

  /** The most in one second. */
  peak = (what) => Math.max(0, ...(this.#seconds.get(what)?.values() ?? []));

  /** A second, while the second to the eighth tenth of them came: neither the start nor the stragglers. */
  steady(what) {
    const of = [...(this.#seconds.get(what) ?? [])].sort(([a], [b]) => a - b);
    const total = of.reduce((sum, [, times]) => sum + times, 0);
    let [passed, steadily, first, last] = [0, 0, Infinity, 0];
    for (const [second, times] of of) {
      if (passed >= total / 10 && passed < (total * 8) / 10) {
        steadily += times;
        [first, last] = [Math.min(first, second), second];
      }
      passed += times;
    }
    return steadily > 0 ? Math.round(steadily / (last - first + 1)) : total;
  }

  latencies() {
    return [...this.#waits].map(([route, waits]) => {
      waits.sort((a, b) => a - b);
      const at = (part) => `${waits[Math.floor((waits.length - 1) * part)].toFixed(0)} ms`;
      const served = `${String(waits.length).padStart(7)} served`;
      return `${route.padEnd(24)} ${served}   p50 ${at(0.5)}   p99 ${at(0.99)}`;
    });
  }
}
