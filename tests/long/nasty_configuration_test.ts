import { ok } from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { cpuTime } from "../lab/cpu_time.ts";
import { NASTY_CONFIGURATIONS } from "../lab/nasty_configurations.ts";
import { testHost } from "../unit/config_host.ts";

/** Milliseconds of CPU that none of them comes near to. */
const LIMIT = 12_000;

for (const [what, text] of Object.entries(NASTY_CONFIGURATIONS)) {
  Deno.test(`loadConfig() reads ${what} in time`, () => {
    const written = text();
    const start = cpuTime();
    const { issues, warnings } = loadConfig(written, "c.yaml", testHost);
    ok(cpuTime() - start < LIMIT);
    ok(issues.length <= 101 && warnings.length <= 101);
  });
}
