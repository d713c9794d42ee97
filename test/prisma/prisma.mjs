// Prisma's command line as functions, each on a folder of schema files of its own making.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const here = import.meta.dirname;

export class Workspace {
  constructor(folder) {
    this.folder = folder;
    this.count = 0;
  }

  // A fresh folder with these files; gives its path.
  write(files) {
    const folder = path.join(this.folder, String(++this.count));
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), text);
    }
    return folder;
  }

  // The DDL that leads from these migrations (texts, in order; none: an empty database) to these
  // schema files; "" if there is no difference.
  difference(migrations, schemaFiles) {
    const schema = this.write(schemaFiles);
    const from = ["--from-empty"];
    if (migrations.length > 0) {
      const files = { "migration_lock.toml": 'provider = "sqlite"\n' };
      migrations.forEach((sql, i) => (files[`${1000 + i}_step/migration.sql`] = sql));
      from.splice(0, 1, "--from-migrations", this.write(files));
    }
    const to = ["--to-schema-datamodel", schema];
    const result = this.prisma(schema, ":memory:", "migrate", "diff", ...from, ...to, "--script");
    return result === "-- This is an empty migration." ? "" : result + "\n";
  }

  // What `prisma db push` says after pushing these schema files to a database file.
  push(database, schemaFiles, ...flags) {
    return this.prisma(
      this.write(schemaFiles),
      database,
      "db",
      "push",
      "--skip-generate",
      ...flags,
    );
  }

  generateClient(schemaFiles) {
    this.prisma(this.write(schemaFiles), ":memory:", "generate");
  }

  prisma(schema, database, ...words) {
    const tool = path.join(here, "node_modules/prisma/build/index.js");
    const result = spawnSync(process.execPath, [tool, ...words, "--config", "prisma.config.mjs"], {
      cwd: here,
      encoding: "utf8",
      env: { ...process.env, PROOF_SCHEMA: schema, PROOF_DATABASE: database },
    });
    if (result.status !== 0) {
      throw new Error(`prisma ${words.join(" ")}: ${result.stdout}${result.stderr}`);
    }
    return result.stdout.trim();
  }
}
