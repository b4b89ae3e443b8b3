import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  stopNotice,
  stopPatience,
} from "../../src/daemon/side/stop_patience.ts";
import { settingsOf } from "./side_settings.ts";

/** How long a host with so many addresses is waited for. */
function patience(advertised: number, excluded: number): number {
  const list = (subnet: number, length: number): string[] =>
    Array.from({ length }, (_, i) => `10.${subnet}.${i >> 8}.${i & 255}`);
  return stopPatience(settingsOf([{
    virtual_ips: list(1, advertised),
    excluded_virtual_ips: list(2, excluded),
  }]));
}

Deno.test("a core that stops has 800 ms, 2 ms for each address, 10 s at most", () => {
  strictEqual(patience(1, 0), 802);
  strictEqual(patience(2, 3), 810);
  strictEqual(patience(1, 4598), 9998);
  strictEqual(patience(1, 4599), 10_000);
  strictEqual(patience(1, 4600), 10_000);
});

Deno.test("the service manager is asked for time where its own may not do", () => {
  deepStrictEqual(stopNotice(3000), ["STOPPING=1"]);
  deepStrictEqual(stopNotice(3001), [
    "STOPPING=1",
    "EXTEND_TIMEOUT_USEC=9001000",
  ]);
});
