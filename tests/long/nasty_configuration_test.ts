import { ok } from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { NASTY_CONFIGURATIONS } from "../lab/nasty_configurations.ts";
import { testHost } from "../unit/config_host.ts";

/** Milliseconds that none of them comes near to, even on a busy machine. */
const LIMIT = 20_000;

for (const [what, text] of Object.entries(NASTY_CONFIGURATIONS)) {
  Deno.test(`loadConfig() reads ${what} in time`, () => {
    const written = text();
    const start = performance.now();
    const { issues, warnings } = loadConfig(written, "c.yaml", testHost);
    ok(performance.now() - start < LIMIT);
    ok(issues.length <= 101 && warnings.length <= 101);
  });
}
