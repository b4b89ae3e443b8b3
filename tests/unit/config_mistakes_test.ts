/**
 * Mistakes that people make: a file each in tests/fixtures/mistakes, and beside
 * it what `alived check` says of it.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { formatReport } from "../../src/cli/check_report.ts";
import type { Host } from "../../src/config/host.ts";
import { loadConfig } from "../../src/config/load.ts";
import { testHost } from "./config_host.ts";

const FOLDER = new URL("../fixtures/mistakes/", import.meta.url);
const HOST: Host = { ...testHost, links: () => ["eth0", "eth1", "lo"] };

const names = [...Deno.readDirSync(FOLDER)]
  .flatMap(({ name }) => name.endsWith(".yaml") ? [name.slice(0, -5)] : [])
  .sort();

function said(name: string): string {
  const text = Deno.readTextFileSync(new URL(`${name}.yaml`, FOLDER));
  const { issues, warnings } = loadConfig(text, `${name}.yaml`, HOST);
  return [
    ...issues.map((issue) => ({ level: "error" as const, issue })),
    ...warnings.map((issue) => ({ level: "warning" as const, issue })),
  ].map((report) => formatReport(report, { width: Infinity, colour: false }))
    .join("");
}

for (const name of names) {
  Deno.test(`alived check explains the mistake in ${name}.yaml`, () => {
    const expected = new URL(`${name}.txt`, FOLDER);
    strictEqual(said(name), Deno.readTextFileSync(expected));
  });
}

Deno.test("no secret of a mistake is shown", () => {
  ok(names.length >= 70, `${names.length} mistakes`);
  for (const name of names) ok(!said(name).includes("geheim"), name);
});
