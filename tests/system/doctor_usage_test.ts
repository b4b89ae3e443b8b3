/**
 * `alived test` with arguments that cannot be tested: said before anything is
 * touched.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { alivedCommand } from "../lab/alived.ts";
import { type Host, Lab } from "../lab/lab.ts";

/** Run `alived test` to its end. */
async function run(
  host: Host,
  ...args: string[]
): Promise<{ code: number; lines: string[] }> {
  const doctor = host.spawn(alivedCommand("test", ...args));
  const { code } = await doctor.ended;
  return { code, lines: doctor.lines };
}

const REFUSED: readonly (readonly [string, readonly string[], string])[] = [
  [
    "an unknown interface",
    ["-i", "eth9"],
    'Cannot find interface "eth9": this host has lo, eth0',
  ],
  [
    "no interface and no default route",
    [],
    "Cannot choose an interface without a default route: name one with -i " +
    "(this host has lo, eth0)",
  ],
  [
    "a VIP that is no address",
    ["-i", "eth0", "-v", "192.0.2.300/24"],
    'Cannot use "192.0.2.300/24" as VIP: must be an address and a prefix, ' +
    "such as 192.0.2.100/24",
  ],
  [
    "a VIP that no host can hold",
    ["-i", "eth0", "-v", "224.0.0.18/24"],
    'Cannot use "224.0.0.18/24" as VIP: 224.0.0.18 is a multicast group: no ' +
    "host can hold it",
  ],
  [
    "a VIP outside the subnet",
    ["-i", "eth0", "-v", "198.51.100.1/24"],
    "Cannot use 198.51.100.1/24 as VIP: it is in no subnet of this host's " +
    'interface ("eth0" has 192.0.2.1/24)',
  ],
  [
    "a configuration that is not there",
    ["-c", "/nonexistent/alived.yaml"],
    'Cannot read "/nonexistent/alived.yaml": no such file',
  ],
];

Deno.test("alived test refuses", async (t) => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const ended = await Promise.all(REFUSED.map(([, args]) => run(a, ...args)));
  for (const [i, [what, , message]] of REFUSED.entries()) {
    await t.step(what, () => {
      deepStrictEqual(ended[i], { code: 2, lines: [message] });
    });
  }
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
  strictEqual((await run(a, "--nonsense")).code, 2);
});
