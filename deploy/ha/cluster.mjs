// The whole of it on this machine's loopback, from Debian's packages: etcd, three PostgreSQL 15 servers
// kept by Patroni, HAProxy, and two nodes of the cloud. Each is a process of a World (test/system),
// which ends them all.

import fs from "node:fs";
import path from "node:path";
import { Cloud, request, until } from "../../test/system/harness.mjs";
import { freePort, postgresUser } from "../../test/system/postgres.mjs";

const here = import.meta.dirname;
const startSeconds = 120;
// Programs, and the Debian packages that they are in.
const needed = [
  ["/usr/bin/etcd", "etcd-server"],
  ["/usr/bin/patroni", "patroni"],
  ["/usr/sbin/haproxy", "haproxy"],
  ["/usr/lib/postgresql/15/bin/postgres", "postgresql-15"],
];

/** Says which packages are missing, and ends this process if there is one. */
export function demandPackages() {
  const missing = needed.filter(([file]) => !fs.existsSync(file)).map(([, name]) => name);
  if (missing.length === 0) return;
  console.error(`these packages are missing: ${missing.join(", ")}; apt-get install them as root`);
  process.exit(1);
}

const filled = (name, words) =>
  fs
    .readFileSync(path.join(here, name), "utf8")
    .replace(/@([A-Z_]+)@/g, (whole, word) => words[word] ?? whole);

function childrenOf(server) {
  const file = `/proc/${server}/task/${server}/children`;
  if (!fs.existsSync(file)) return [];
  return fs.readFileSync(file, "utf8").split(" ").filter(Boolean).map(Number);
}

// The number may be another process's by now; each process of a server is at home in its folder.
function killIn(folder, id) {
  try {
    if (fs.readlinkSync(`/proc/${id}/cwd`).startsWith(folder)) process.kill(id, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}

class Member {
  constructor(cluster, name, words) {
    Object.assign(this, { cluster, name, words });
    this.rest = `http://127.0.0.1:${words.REST_PORT}`;
  }

  start() {
    const { world, user } = this.cluster;
    this.running = world.spawn("/usr/bin/patroni", [`${this.words.FOLDER}/patroni.yml`], {
      ...user,
      cwd: "/",
    });
    if (this.closes) return;
    this.closes = true;
    world.onClose(() => this.kill());
    world.onExit(() => this.#strike());
  }

  /** As if the machine had lost its power: the keeper and the server with all of its processes. */
  async kill() {
    this.#strike();
    await this.running.ended; // when nobody holds its output any more
  }

  /** The process id of its PostgreSQL, 0 while it has none. */
  server() {
    const file = `${this.words.FOLDER}/data/postmaster.pid`;
    return fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8").split("\n")[0]) : 0;
  }

  #strike() {
    const server = this.server();
    this.running.child.kill("SIGKILL");
    for (const id of server ? [server, ...childrenOf(server)] : []) killIn(this.words.FOLDER, id);
  }

  async is(role) {
    try {
      return (await request(`${this.rest}/${role}`, { seconds: 5 })).status === 200;
    } catch {
      return false;
    }
  }
}

export class Cluster {
  constructor(world) {
    this.world = world;
    this.user = postgresUser();
  }

  async start() {
    fs.chmodSync(this.world.path(""), 0o711); // so that PostgreSQL's user gets at its folders
    await this.#startEtcd();
    this.members = await Promise.all(["one", "two", "three"].map((name) => this.#member(name)));
    for (const member of this.members) member.start();
    await until("there is a primary with a synchronous standby", () => this.isSafe(), startSeconds);
    await this.#startProxy();
    await this.#proxyKnowsThePrimary();
    await this.sql("CREATE ROLE slipway LOGIN", "postgres");
    await this.sql("CREATE DATABASE cloud OWNER slipway", "postgres");
    await this.#startNodes();
    return this;
  }

  async primary() {
    for (const member of this.members) if (await member.is("primary")) return member;
    return null;
  }

  /** One server may be written to, and another one has all that was answered. */
  async isSafe() {
    if (!(await this.primary())) return false;
    for (const member of this.members) if (await member.is("synchronous")) return true;
    return false;
  }

  async sql(text, database = "cloud") {
    const where = ["-h", "127.0.0.1", "-p", String(this.ports.postgresql), "-U", "postgres"];
    const args = [...where, "-d", database, "-XAtq", "-c", text];
    return until(
      "PostgreSQL answers",
      async () => {
        const ran = await this.world.run("/usr/lib/postgresql/15/bin/psql", args, { cwd: "/" });
        if (ran.code !== 0) throw new Error(ran.stderr);
        return { text: ran.stdout.trim() };
      },
      startSeconds,
    ).then((answer) => answer.text);
  }

  async #startEtcd() {
    const [client, peer] = [await freePort(), await freePort()];
    const url = (port) => `http://127.0.0.1:${port}`;
    this.etcd = client;
    const running = (this.keeper = this.world.spawn("/usr/bin/etcd", [
      ...["--data-dir", this.world.path("etcd"), "--name", "etcd"],
      ...["--listen-client-urls", url(client), "--advertise-client-urls", url(client)],
      ...["--listen-peer-urls", url(peer), "--initial-advertise-peer-urls", url(peer)],
      ...["--initial-cluster", `etcd=${url(peer)}`, "--logger", "zap"],
    ]));
    await until(
      "etcd is healthy",
      async () => {
        if (running.code !== null) throw new Error(`etcd ended: ${running.stderr.slice(-2000)}`);
        return (await request(`${url(client)}/health`)).json?.health === "true";
      },
      startSeconds,
    );
  }

  async #member(name) {
    const folder = this.world.path(`postgres-${name}`);
    fs.mkdirSync(folder, { mode: 0o700 });
    const [port, rest] = [await freePort(), await freePort()];
    const words = {
      ...{ NAME: name, FOLDER: folder, PORT: port, REST_PORT: rest, ETCD_PORT: this.etcd },
    };
    const file = `${folder}/patroni.yml`;
    fs.writeFileSync(file, filled("patroni.yml.template", words));
    if (this.user.uid !== undefined) {
      for (const name of [folder, file]) fs.chownSync(name, this.user.uid, this.user.gid);
    }
    return new Member(this, name, words);
  }

  async #startProxy() {
    const nodes = [await freePort(), await freePort()];
    this.ports = { postgresql: await freePort(), cloud: await freePort(), nodes };
    const servers = this.members.map(
      ({ name, words }) => `  server ${name} 127.0.0.1:${words.PORT} check port ${words.REST_PORT}`,
    );
    const file = this.world.write(
      "haproxy.cfg",
      filled("haproxy.cfg.template", {
        POSTGRESQL_PORT: this.ports.postgresql,
        CLOUD_PORT: this.ports.cloud,
        POSTGRESQL_SERVERS: servers.join("\n"),
        CLOUD_SERVERS: nodes
          .map((port, i) => `  server node${i} 127.0.0.1:${port} check`)
          .join("\n"),
      }),
    );
    this.proxy = this.world.spawn("/usr/sbin/haproxy", ["-db", "-f", file]);
  }

  // Before its first checks it takes every server for one that may be written to.
  async #proxyKnowsThePrimary() {
    const connections = 3 * this.members.length;
    await until(
      "HAProxy leads to the primary only",
      async () => {
        for (let i = 0; i < connections; i += 1) {
          if ((await this.sql("SELECT pg_is_in_recovery()", "postgres")) !== "f") return false;
        }
        return true;
      },
      startSeconds,
    );
  }

  async #startNodes() {
    const url = `postgresql://slipway@127.0.0.1:${this.ports.postgresql}/cloud`;
    this.nodes = this.ports.nodes.map((port) => {
      const node = new Cloud(this.world, url, `127.0.0.1:${port}`);
      node.args = ["--drain-seconds", "3"];
      return node;
    });
    for (const node of this.nodes) await node.start();
    this.url = `http://127.0.0.1:${this.ports.cloud}`;
    await until(
      "HAProxy has a node",
      async () => (await request(`${this.url}/readyz`)).status === 200,
      startSeconds,
    );
  }
}
