/**
 * alived as systemd's service on a booted host: the compiled program, installed
 * by its own `install`.
 *
 * @module
 */

import { BootedRoot } from "./booted_root.ts";
import type { Host, Lab } from "./lab.ts";
import { until } from "./wait.ts";

const COMPILED = new URL("../../alived", import.meta.url).pathname;
/** Where it is installed from. */
const DOWNLOADED = "/root/alived";
const CONFIGURATION = "/etc/alived/config.yaml";
const DROP_INS = "/etc/systemd/system/alived.service.d";

/** What a machine that others use too needs for a start. */
const PATIENT = { within: 30_000 } as const;

/** The service on one host. */
export class Unit {
  /** The host that was booted for it. */
  readonly root: BootedRoot;

  private constructor(root: BootedRoot) {
    this.root = root;
  }

  /**
   * Boot a host and install alived there; it is not started.
   *
   * @throws {Error} When the program was not compiled, or nothing boots here.
   */
  static async install(lab: Lab, host: Host): Promise<Unit> {
    const binary = Deno.env.get("ALIVED_BIN") ?? COMPILED;
    await Deno.stat(binary).catch(() => {
      throw new Error(`No program at ${binary}: run "deno task compile" first`);
    });
    const root = await BootedRoot.boot(lab, host);
    await Deno.copyFile(binary, root.path(DOWNLOADED));
    await root.exec("chmod", "755", DOWNLOADED);
    await root.exec(DOWNLOADED, "install", "--method", "systemd");
    await root.exec("systemctl", "daemon-reload");
    return new Unit(root);
  }

  /** Write the configuration. */
  configure(text: string): Promise<void> {
    return this.root.write(CONFIGURATION, text, 0o600);
  }

  /** Put one of the drop-ins in force that came with it. */
  async useDropIn(name: string): Promise<void> {
    const path = `${DROP_INS}/${name}`;
    await this.root.exec("cp", `${path}.example`, path);
    await this.root.exec("systemctl", "daemon-reload");
  }

  /** Add lines below `[Service]`. */
  async addLines(...lines: string[]): Promise<void> {
    const text = ["[Service]", ...lines, ""].join("\n");
    await this.root.write(`${DROP_INS}/lines.conf`, text);
    await this.root.exec("systemctl", "daemon-reload");
  }

  /**
   * `systemctl VERB alived`, which waits until systemd has done it.
   *
   * @throws {Error} When that failed; it shows the end of the journal.
   */
  async systemctl(verb: string, ...options: string[]): Promise<void> {
    const command = ["systemctl", verb, ...options, "alived"];
    const { code, lines } = await this.root.attempt(...command);
    if (code === 0) return;
    const journal = (await this.journal()).slice(-20);
    throw new Error([...lines, ...journal].join("\n"));
  }

  /** Send a signal to the daemon alone. */
  kill(signal: Deno.Signal): Promise<void> {
    return this.systemctl("kill", "--kill-whom=main", `--signal=${signal}`);
  }

  /** A property of the unit, such as `ActiveState`. */
  show(property: string): Promise<string> {
    return this.root.exec(
      ...["systemctl", "show", "--value", `--property=${property}`, "alived"],
    );
  }

  /** Wait until a property is as it is to be. */
  async waitFor(property: string, value: RegExp): Promise<void> {
    await until(async () => value.test(await this.show(property)), {
      what: `${property} to be ${value}`,
      ...PATIENT,
    });
  }

  /** Process id of the daemon, as that host counts. */
  async pid(): Promise<number> {
    return Number(await this.show("MainPID"));
  }

  /** A file of the daemon below /proc. */
  async proc(file: string): Promise<string> {
    const path = this.root.path(`/proc/${await this.pid()}/${file}`);
    return await Deno.readTextFile(path);
  }

  /** What the daemon and systemd said of it. */
  async journal(): Promise<string[]> {
    await this.root.exec("journalctl", "--sync");
    const text = await this.root.exec(
      ...["journalctl", "--unit=alived", "--output=cat", "--no-pager"],
    );
    return text.split("\n");
  }

  /** Wait until a line of the journal says that. */
  async waitForLine(line: RegExp): Promise<void> {
    await until(
      async () => (await this.journal()).some((said) => line.test(said)),
      { what: `${line} in the journal`, ...PATIENT },
    );
  }
}
