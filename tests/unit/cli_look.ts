/**
 * What tests fit texts to.
 *
 * @module
 */

import type { Look } from "../../src/cli/views/style.ts";

/** 80 columns without colour, and UTC. */
export const PLAIN: Look = {
  width: 80,
  colour: false,
  clock: (time) => time.slice(0, 19).replace("T", " "),
};
