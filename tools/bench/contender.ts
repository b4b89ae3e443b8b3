/**
 * The two programs that are measured, behind one face. Each host of the lab
 * has a tmpfs at /run, as a machine has, and both keep their files there.
 *
 * @module
 */

import { alivedCommand } from "../../tests/lab/alived.ts";
import { configuration, instance } from "../../tests/lab/configuration.ts";
import type { Host } from "../../tests/lab/lab.ts";
import type { Program } from "../../tests/lab/program.ts";
import { until } from "../../tests/lab/wait.ts";

/** One virtual router. */
export interface Router {
  readonly vrid: number;
  readonly link: string;
  /** Addresses with prefixes. */
  readonly vips: readonly string[];
}

/** What a program is to run. */
export interface Setup {
  readonly version: 2 | 3;
  /** Milliseconds between adverts: whole seconds, or hundredths in version 3. */
  readonly interval: number;
  readonly priority: number;
  readonly routers: readonly Router[];
}

/** How it is started besides that. */
export interface StartOptions {
  /** Program and arguments to put before it. */
  readonly through?: readonly string[];
}

/** A program that can be measured. */
export interface Contender {
  /** Its column. */
  readonly name: "alived" | "keepalived";
  /** Start it; its process that speaks VRRP is running when this returns. */
  start(host: Host, setup: Setup, options?: StartOptions): Promise<Running>;
}

/** It runs. */
export interface Running {
  /** What was started, and its log. */
  readonly program: Program;
  /** All its processes, the one that speaks VRRP last. */
  readonly pids: readonly number[];
  /** Times that its log says that an instance came into a state. */
  entered(state: "MASTER" | "BACKUP"): number;
  /** Stop it in order. */
  stop(): Promise<number>;
}

/** Variables that alived is started with. */
let alivedEnv: Readonly<Record<string, string>> = {};

/** Run alived from its sources with these flags of V8. */
export function useSources(flags: readonly string[]): void {
  Deno.env.delete("ALIVED_BIN");
  alivedEnv = { DENO_V8_FLAGS: flags.join(",") };
}

/** The program of this repository. */
export const ALIVED: Contender = {
  name: "alived",
  start: async (host, setup, { through = [] } = {}) => {
    const file = await configurationFile(host, alivedText(setup));
    const args = ["run", "-c", file, "--run-directory", "/run/alived"];
    const command = [...through, ...alivedCommand(...args)];
    const program = host.spawn(command, { env: alivedEnv });
    return {
      ...{ program, pids: [program.pid] },
      entered: (state) => linesWith(program, `"to":"${state}"`),
      stop: () => program.stop(),
    };
  },
};

/** Debian's keepalived. */
export const KEEPALIVED: Contender = {
  name: "keepalived",
  start: async (host, setup, { through = [] } = {}) => {
    const file = await configurationFile(host, keepalivedText(setup));
    const program = host.spawn([
      ...[...through, "keepalived", "-P", "-n", "-l", "-f", file],
      ...["-p", `${file}.pid`, "-r", `${file}.vrrp.pid`],
    ]);
    const child = await until(
      async () =>
        Number(await Deno.readTextFile(`${file}.vrrp.pid`).catch(() => "")) ||
        null,
      { what: "the pid of keepalived's VRRP process" },
    ).catch((cause) => {
      throw new Error(program.lines.join("\n"), { cause });
    });
    return {
      ...{ program, pids: [program.pid, child] },
      entered: (state) => linesWith(program, `Entering ${state} STATE`),
      stop: () => program.stop(),
    };
  },
};

/** Both, in the order of the columns. */
export const CONTENDERS: readonly Contender[] = [ALIVED, KEEPALIVED];

async function configurationFile(host: Host, text: string): Promise<string> {
  const file = `${host.directory}/${crypto.randomUUID()}`;
  await Deno.writeTextFile(file, text, { mode: 0o600 });
  return file;
}

/** Logs what an operator would let it. */
function alivedText({ version, interval, priority, routers }: Setup): string {
  const instances = routers.map(({ vrid, link, vips }, i) =>
    instance({
      ...{ name: nameOf(i), interface: link, version, priority },
      virtual_router_id: vrid,
      advert_interval: `${interval}ms`,
      virtual_ips: vips,
    })
  );
  return configuration(instances, {
    global: { log: { level: "info", format: "json" } },
  });
}

function keepalivedText(
  { version, interval, priority, routers }: Setup,
): string {
  const instances = routers.map(({ vrid, link, vips }, i) => [
    `vrrp_instance ${nameOf(i)} {`,
    // An owner is to be master at once, as it is in alived.
    `  state ${priority === 255 ? "MASTER" : "BACKUP"}`,
    `  interface ${link}`,
    `  virtual_router_id ${vrid}`,
    `  priority ${priority}`,
    `  advert_int ${interval / 1_000}`,
    "  virtual_ipaddress {",
    ...vips.map((vip) => `    ${vip} dev ${link}`),
    "  }",
    "}",
  ]);
  return [
    ...["global_defs {", "  router_id lab", `  vrrp_version ${version}`, "}"],
    ...instances.flat(),
    "",
  ].join("\n");
}

function nameOf(index: number): string {
  return `VI_${String(index + 1).padStart(3, "0")}`;
}

function linesWith({ lines }: Program, words: string): number {
  return lines.filter((line) => line.includes(words)).length;
}
