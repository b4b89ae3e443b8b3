/**
 * The demonstration, `deno task demo`, plays to its end.
 *
 * @module
 */

import { match, strictEqual } from "node:assert/strict";
import { Program } from "../lab/program.ts";

const DEMO = new URL("../../tools/demo.ts", import.meta.url).pathname;

Deno.test("the demo shows a power cut, a return and an orderly stop", async () => {
  await using demo = new Program("demo", [
    ...["setpriv", "--pdeathsig=KILL", Deno.execPath()],
    ...["run", "-A", "--no-prompt", DEMO],
  ]);
  const { code } = await demo.ended;
  const text = demo.lines.join("\n");
  strictEqual(code, 0, text);
  match(text, /^power cut of the master +\d+\.\d{3} s +3\.609 s /m);
  match(text, /^return of the better host /m);
  match(text, /^orderly stop of the master +\d+\.\d{3} s +0\.609 s /m);
});
