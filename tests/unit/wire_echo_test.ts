import { notDeepStrictEqual, strictEqual } from "node:assert/strict";
import { isEcho, newEcho } from "../../src/wire/echo.ts";
import { advertVrid, parseAdvert } from "../../src/wire/vrrp.ts";

Deno.test("isEcho() knows what newEcho() makes, on this host alone", () => {
  const echo = newEcho();
  notDeepStrictEqual(newEcho(), echo);
  strictEqual(isEcho(echo, 0), true);
  strictEqual(isEcho(echo, 1), false);
  strictEqual(isEcho(echo.subarray(1), 0), false);
  strictEqual(isEcho(echo.map((byte, i) => i === 0 ? 0x31 : byte), 0), false);
});

Deno.test("no router takes an echo for an advert", () => {
  const echo = newEcho();
  strictEqual(advertVrid(echo), echo[1]);
  for (const version of [2, 3] as const) {
    const reason = parseAdvert(echo, {
      ...{ source: "192.0.2.1", destination: "224.0.0.18", hopLimit: 255 },
    }, {
      ...{ family: "ipv4", version, multicast: true, minHopLimit: 255 },
      ...{ mayBeEmpty: true, password: null, interval: 1000 },
      checksum: "auto",
    });
    strictEqual(reason, "version");
  }
});
