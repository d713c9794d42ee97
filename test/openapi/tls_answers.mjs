// A cloud that speaks TLS and is heard apart from all others.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import https from "node:https";
import os from "node:os";
import path from "node:path";
import { startIn, stop } from "./programs.mjs";

/**
 * Asks for each target on one connection. What was heard is in `folder`, as heard.mjs reads it, until
 * forget() is called.
 */
export async function answersOverTls(targets) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "slipway-tls-"));
  const forget = () => fs.rmSync(scratch, { recursive: true });
  try {
    const folder = path.join(scratch, "heard");
    fs.mkdirSync(folder);
    const cloud = await startWithTls(scratch, folder);
    try {
      await askInTurn(cloud, targets);
    } finally {
      await stop(cloud.child);
    }
    return { folder, forget };
  } catch (error) {
    forget();
    throw error;
  }
}

async function startWithTls(scratch, heardIn) {
  const [certificate, key] = ["pem", "key"].map((kind) => path.join(scratch, `cloud.${kind}`));
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const whose = ["-subj", "/CN=cloud", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", "-x509", ...kind, ...whose, ...files], { stdio: "pipe" });
  const { child, line } = await startIn(
    { ...process.env, ANSWER_TAP: heardIn },
    path.join(process.env.SLIPWAY_BIN_DIR, "slipway-cloud"),
    ...["serve", "--database", `sqlite:${path.join(scratch, "cloud.db")}`],
    ...["--listen", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key],
  );
  return { child, url: line.url, ca: fs.readFileSync(certificate) };
}

async function askInTurn({ url, ca }, targets) {
  const agent = new https.Agent({ ca, keepAlive: true, maxSockets: 1 });
  try {
    for (const target of targets) await ask(url + target, agent);
  } finally {
    agent.destroy();
  }
}

const ask = (url, agent) =>
  new Promise((resolve, reject) => {
    https
      .get(url, { agent }, (answer) => answer.resume().on("end", resolve).on("error", reject))
      .on("error", reject);
  });
