/**
 * Many instances of either program behind one face.
 *
 * @module
 */

import { addIdleLinks } from "../../tests/lab/addresses.ts";
import { Alived } from "../../tests/lab/alived.ts";
import { configuration } from "../../tests/lab/configuration.ts";
import { startKeepalived } from "../../tests/lab/keepalived.ts";
import type { Host, Lab } from "../../tests/lab/lab.ts";
import { manyInstances } from "../../tests/lab/many.ts";

/** Instances of one kind, version 3, that share addresses and links evenly. */
export interface Crowd {
  /** How many. */
  readonly count: number;
  /** Names of the links, each with 255 instances at most. */
  readonly links: readonly string[];
  /** All their addresses, with prefixes. */
  readonly vips: readonly string[];
  /** Milliseconds between adverts; whole hundredths of a second. */
  readonly interval: number;
}

/** A crowd that runs. */
export interface RunningCrowd {
  /** The process that speaks VRRP. */
  readonly pid: number;
  /** Times that its log says that an instance came into a state. */
  entered(state: "MASTER" | "BACKUP"): number;
  /**
   * Stop it in order.
   *
   * @returns Its exit code; 137 when it did not end within 10 s.
   */
  stop(): Promise<number>;
}

/** A program that can run a crowd. */
export interface CrowdContender {
  /** Its column. */
  readonly name: string;
  /** @param env Variables for a program that a service manager started. */
  start(
    host: Host,
    crowd: Crowd,
    env?: Readonly<Record<string, string>>,
  ): Promise<RunningCrowd>;
}

/** The program of this repository. */
export const ALIVED_CROWD: CrowdContender = {
  name: "alived",
  start: async (host, { count, links, vips, interval }, env = {}) => {
    const instances = manyInstances(count, links, vips, {
      advert_interval: `${interval}ms`,
    });
    const text = configuration(instances, {
      global: { log: { level: "info", format: "json" } },
    });
    // Each host has a tmpfs there, as a machine has.
    const runDirectory = "/run/alived";
    const running = await Alived.start(host, text, { env, runDirectory });
    return {
      pid: running.program.pid,
      entered: (state) => linesWith(running.program.lines, `"to":"${state}"`),
      stop: () => running.stop(),
    };
  },
};

/** Debian's keepalived. */
export const KEEPALIVED_CROWD: CrowdContender = {
  name: "keepalived",
  start: async (host, crowd) => {
    const { program, child, stop } = await startKeepalived(host, conf(crowd));
    return {
      pid: child,
      entered: (state) => linesWith(program.lines, `Entering ${state} STATE`),
      stop,
    };
  },
};

/** Both, in the order of the columns. */
export const CROWDS: readonly CrowdContender[] = [
  ALIVED_CROWD,
  KEEPALIVED_CROWD,
];

/** What alived's configuration of a crowd says, in keepalived's words. */
function conf({ count, links, vips, interval }: Crowd): string {
  const share = vips.length / count;
  const instances = Array.from({ length: count }, (_, i) => [
    `vrrp_instance VI_${i + 1} {`,
    "  state BACKUP",
    `  interface ${links[i % links.length]}`,
    `  virtual_router_id ${1 + Math.floor(i / links.length)}`,
    "  priority 100",
    `  advert_int ${interval / 1_000}`,
    "  virtual_ipaddress {",
    ...vips.slice(i * share, (i + 1) * share).map((vip) => `    ${vip}`),
    "  }",
    "}",
  ]);
  return [
    ...["global_defs {", "  router_id lab", "  vrrp_version 3", "}"],
    ...instances.flat(),
    "",
  ].join("\n");
}

function linesWith(lines: readonly string[], words: string): number {
  return lines.filter((line) => line.includes(words)).length;
}

/** A host with so many links, `eth0` on the segment, and their names. */
export async function hostWithLinks(
  lab: Lab,
  count: number,
): Promise<{ readonly host: Host; readonly links: readonly string[] }> {
  const host = await lab.host("a", "192.0.2.1/24");
  const idle = Array.from({ length: count - 1 }, (_, i) => `eth${i + 1}`);
  await addIdleLinks(
    host,
    Object.fromEntries(idle.map((name, i) => [name, `198.18.${i}.1/24`])),
  );
  return { host, links: ["eth0", ...idle] };
}
