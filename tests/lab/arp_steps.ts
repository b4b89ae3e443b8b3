/**
 * What another host of a segment does by ARP.
 *
 * @module
 */

import { ArpProber } from "../../src/kernel/arp_probe.ts";
import { sleep } from "./wait.ts";

/** Ask again and again who has an address, as a host does that wants it. */
export async function askForEver(
  { address }: { address: string },
): Promise<never> {
  const read = (file: string): string =>
    Deno.readTextFileSync(`/sys/class/net/eth0/${file}`).trim();
  using prober = new ArpProber({
    index: Number(read("ifindex")),
    mac: read("address"),
  });
  Deno.stdout.writeSync(new TextEncoder().encode("asking\n"));
  for (;;) {
    prober.send(address);
    await sleep(100);
  }
}
