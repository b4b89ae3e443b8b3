import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { mismatchOf } from "../../src/daemon/core/mismatch.ts";
import { INSTANCE } from "../lab/fake_core.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";

const V2 = { ...INSTANCE, version: 2, password: "s3cret" } as const;
const UNICAST = {
  ...INSTANCE,
  unicastPeers: [{ address: "192.0.2.7", minTtl: 250 }],
};

Deno.test("mismatchOf() gives both values of what differs", () => {
  const v2 = forgeAdvert({ version: 2, interval: 3000 });
  deepStrictEqual([
    mismatchOf("version", v2, INSTANCE),
    mismatchOf("interval", v2, V2),
    mismatchOf("interval", forgeAdvert({ interval: 40_950 }), INSTANCE),
    mismatchOf("auth_type", v2, V2),
    mismatchOf("hop_limit", forgeAdvert({ hopLimit: 3 }), INSTANCE),
    mismatchOf(
      "hop_limit",
      forgeAdvert({ hopLimit: 3, source: "192.0.2.7" }),
      UNICAST,
    ),
    mismatchOf("destination", forgeAdvert(), UNICAST),
    mismatchOf(
      "destination",
      forgeAdvert({ destination: "192.0.2.9" }),
      INSTANCE,
    ),
    mismatchOf("unknown_peer", forgeAdvert(), UNICAST),
  ], [
    { received: "2", here: "3" },
    { received: "3000 ms", here: "1000 ms" },
    { received: "40950 ms", here: "1000 ms" },
    { received: "none", here: "pass" },
    { received: "3", here: "at least 255" },
    { received: "3", here: "at least 250" },
    { received: "to 224.0.0.18", here: "to one host" },
    { received: "to 192.0.2.9", here: "to 224.0.0.18" },
    { received: "192.0.2.251", here: "192.0.2.7" },
  ]);
});

Deno.test("mismatchOf() shows no password, and nothing where no values differ", () => {
  strictEqual(mismatchOf("auth_data", forgeAdvert({ version: 2 }), V2), null);
  strictEqual(mismatchOf("checksum", forgeAdvert(), INSTANCE), null);
});
