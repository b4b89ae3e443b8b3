/**
 * How long alived takes to read a configuration of 1 MiB at the worst.
 *
 * @module
 */

import { loadConfig } from "../../../src/config/load.ts";
import { NASTY_CONFIGURATIONS } from "../../../tests/lab/nasty_configurations.ts";
import { testHost } from "../../../tests/unit/config_host.ts";
import type { Part, Row } from "../part.ts";

const ROW: Row = {
  ...{ name: "worst configuration of 1 MiB (sources)", unit: "ms" },
};

/** The nasty configuration that takes the longest. */
export const CONFIGURATION: Part = {
  ...{ name: "configurations", rows: [ROW], alivedAlone: true },
  measure: () => {
    const times = Object.values(NASTY_CONFIGURATIONS).map((text) => {
      const written = text();
      const start = performance.now();
      loadConfig(written, "bench.yaml", testHost);
      return performance.now() - start;
    });
    return Promise.resolve([[ROW, Math.max(...times)]]);
  },
};
