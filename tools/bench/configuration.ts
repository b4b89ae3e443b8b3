/**
 * How long alived takes to read a configuration of 1 MiB at the worst.
 *
 * @module
 */

import { loadConfig } from "../../src/config/load.ts";
import { NASTY_CONFIGURATIONS } from "../../tests/lab/nasty_configurations.ts";
import { testHost } from "../../tests/unit/config_host.ts";
import type { Figure } from "./figures.ts";

/** Time of the nasty configuration that takes the longest; once each. */
export function configurations(): Figure[] {
  const times = Object.values(NASTY_CONFIGURATIONS).map((text) => {
    const written = text();
    const start = performance.now();
    loadConfig(written, "bench.yaml", testHost);
    return performance.now() - start;
  });
  return [{
    name: "worst configuration of 1 MiB, ms (sources)",
    contender: "alived",
    value: Math.max(...times),
  }];
}
