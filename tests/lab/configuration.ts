/**
 * Configurations for alived with any keys. They are JSON, which is YAML too.
 *
 * @module
 */

import type { Alived, LogEvent } from "./alived.ts";
import { INSTANCE, VIP } from "./router.ts";

/** Keys of a section as the file has them. */
export type Keys = Readonly<Record<string, unknown>>;

/** An instance: version 3, every 100 ms, `192.0.2.100/24`, unless told. */
export function instance(keys: Keys = {}): Keys {
  return {
    name: INSTANCE,
    interface: "eth0",
    version: 3,
    virtual_router_id: 51,
    priority: 100,
    advert_interval: "100ms",
    virtual_ips: [`${VIP}/24`],
    ...keys,
  };
}

/**
 * A whole configuration; logs JSON from debug level up.
 *
 * @param sections The other sections; what `global` has is added.
 */
export function configuration(
  instances: readonly Keys[],
  { global = {}, ...sections }: Keys & { readonly global?: Keys } = {},
): string {
  return JSON.stringify({
    global: { log: { level: "debug", format: "json" }, ...global },
    vrrp_instances: instances,
    ...sections,
  });
}

/**
 * Give a running alived another configuration and wait until it says what it
 * made of it.
 *
 * @returns That line of its log; its level is `error` when it was refused.
 */
export async function reload(alived: Alived, text: string): Promise<LogEvent> {
  await Deno.writeTextFile(alived.file, text);
  const from = alived.program.lines.length;
  alived.program.kill("SIGHUP");
  return await alived.waitForEvent(({ event }) => event === "reload", { from });
}
