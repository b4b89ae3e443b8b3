/**
 * The program: reads its arguments, does what they say and exits with the
 * status: 0 ok, 1 runtime error, 2 usage or configuration error.
 *
 * @module
 */

import { prepare } from "./src/cli/prepare.ts";

prepare();
// Not before: what is imported above is loaded before the first statement.
const { run } = await import("./src/cli/program.ts");

Deno.exit(await run(Deno.args));
