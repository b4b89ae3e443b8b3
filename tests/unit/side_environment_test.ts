import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  closeDebugger,
  environmentWarnings,
} from "../../src/daemon/side/environment.ts";
import { sentenceOf } from "../../src/log/catalogue.ts";

Deno.test("what the runtime has acted upon is warned of", () => {
  deepStrictEqual(
    environmentWarnings(["PATH", "DENO_LOG", "LD_PRELOAD", "HTTP_PROXY"])
      .map(sentenceOf),
    [
      "DENO_LOG makes the runtime write to standard error past the log: " +
      "unset it for a daemon",
      "LD_PRELOAD changes the libraries that the program runs with: " +
      "unset it for a daemon",
    ],
  );
});

Deno.test("an environment that asks for nothing is not warned of", () => {
  const usual = ["PATH", "HOME", "TZ", "NO_COLOR", "DENO_DIR", "NOTIFY_SOCKET"];
  deepStrictEqual(environmentWarnings(usual), []);
});

Deno.test("no debugger is closed where none was asked for, or none listens", async () => {
  strictEqual(await closeDebugger(["alived", "run"]), false);
  strictEqual(await closeDebugger(["--inspect"]), false);
});
