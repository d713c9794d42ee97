// The stage of most system tests: a cloud, a desk behind a proxy, and somebody who writes there. A
// test plays what befalls them; then nobody writes or clicks, everything must drain by itself, and the
// account must come out (account.mjs).

import { account } from "./account.mjs";
import { World } from "./harness.mjs";
import { Proxy } from "./proxy.mjs";
import { Writer } from "./writer.mjs";

/** The connection's backoff cap and five seconds: so long everything may take to heal. */
export const drainSeconds = 65;

export async function scene(random, play, { world = new World(), cloud, database } = {}) {
  try {
    cloud ??= world.cloud();
    await cloud.start();
    const proxy = await new Proxy(() => cloud.url).open();
    world.onClose(() => proxy.shut());
    const token = await cloud.token("Hamburg");
    const options = { cloud: proxy.url, token, database };
    const desk = await (await world.desk("hamburg", options)).start();
    const writer = new Writer(desk, random);
    await writer.begin();
    await desk.drained();
    const all = { world, cloud, proxy, desk, writer, token, writers: [writer] };
    await play(all);
    // A desk that was cut off may have drained without having heard of the others' last commits.
    let newest = { seq: 0 };
    for (const { desk } of all.writers) {
      const { head } = await desk.drained(drainSeconds);
      if (head.seq > newest.seq) newest = head;
    }
    for (const { desk } of all.writers) await desk.reached(newest, drainSeconds);
    return await account(world, cloud, all.writers);
  } finally {
    await world.close();
  }
}

/** Tells the desk that the network changed: it does not wait out its backoff. */
export const hint = (desk) => desk.post("/sync/connectivity", { network: "changed" });

/** A push on its way: gives the writing that made it, once the proxy has seen it. */
export async function pushUnderWay({ proxy, writer }) {
  const pushed = new Promise((resolve) => (proxy.onPush = resolve));
  const writing = writer.writeSome(3);
  await pushed;
  return { writing };
}
