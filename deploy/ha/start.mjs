// Starts all of it on loopback, says where it is, and ends every process of it by its id at Ctrl-C or
// SIGTERM, and when something fails: ./dev ha.

import { World } from "../../test/system/harness.mjs";
import { Cluster, demandPackages } from "./cluster.mjs";

/** Resolves at the first signal that ends us; later ones do not cut the ending short. */
function toldToEnd() {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      process.removeAllListeners(signal); // a World's own: a failed test, at once
      process.on(signal, resolve);
    }
  });
}

/** What ends by itself is told, and left so: to see what becomes of the rest is what this is for. */
function tellWhatEnds({ keeper, proxy, members, nodes }, isEnding) {
  const parts = [
    ["etcd", keeper],
    ["HAProxy", proxy],
  ];
  for (const { name, running } of members) parts.push([`Patroni of ${name}`, running]);
  nodes.forEach(({ url, running }) => parts.push([`the node ${url}`, running]));
  for (const [name, running] of parts)
    running.ended.then((code) => isEnding() || console.log(`${name} has ended (${code})`));
}

function show({ url, ports, members, nodes }, primary, token, tokenFile) {
  const [{ rest }] = members.filter((member) => member !== primary);
  console.log(`
  Cloud        ${url}    HAProxy, before ${nodes.map((node) => node.url).join(" and ")}
  PostgreSQL   postgresql://slipway@127.0.0.1:${ports.postgresql}/cloud    HAProxy, to the primary: ${primary.name}
  Token        ${token}    of the device "desk"; also in ${tokenFile}

  Ask it             curl -H "Authorization: Bearer ${token}" ${url}/v1/capabilities
  A desk             build/bin/freight-data --database desk.db --empty
                     build/bin/slipway serve --database desk.db --cloud ${url} --cloud-token-file ${tokenFile}
  Who is who         curl ${rest}/cluster
  A node's counts    curl ${nodes[0].url}/metrics
  Kill the primary   kill -9 ${primary.running.child.pid} ${primary.server()}    another one takes its place after some 20 s

  Ctrl-C ends all of it and removes its files.
`);
}

async function run(world, ended) {
  const cluster = new Cluster(world);
  if (await Promise.race([ended, cluster.start().then(() => null)])) return;
  const primary = await cluster.primary();
  const token = await cluster.nodes[0].token("desk");
  show(cluster, primary, token, world.write("token", `${token}\n`));
  let isEnding = false;
  tellWhatEnds(cluster, () => isEnding);
  await ended;
  isEnding = true;
}

demandPackages();
const world = new World();
let code = 0;
try {
  console.log(
    "starting etcd, three PostgreSQL servers, HAProxy and two nodes: half a minute or more",
  );
  await run(world, toldToEnd());
} catch (error) {
  code = 1;
  console.error(`it does not stand, and all of it is ended: ${error.stack}`);
} finally {
  await world.close();
}
console.log("all of it has ended; nothing is left running");
process.exit(code);
