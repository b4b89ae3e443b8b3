/**
 * Machines and a segment between them, made of network namespaces: a bridge in
 * one, each host in its own with `eth0` and its own /run.
 *
 * @module
 */

import { type Namespace, openNamespace } from "./namespace.ts";
import { Program, type ProgramOptions, run } from "./program.ts";

/** What a host is made of besides its name and address. */
export interface HostOptions {
  /** Whether to make `eth0` at once; true unless told. */
  readonly wired?: boolean;
}

/** A machine of the lab. */
export class Host {
  /** Name, also of the bridge port. */
  readonly name: string;
  /** Own address with its prefix, for example `192.0.2.1/24`. */
  readonly prefixed: string;
  readonly #lab: Lab;
  readonly #namespace: Namespace;

  /** Made by {@link Lab.host}. */
  constructor(lab: Lab, namespace: Namespace, name: string, prefixed: string) {
    this.#lab = lab;
    this.#namespace = namespace;
    this.name = name;
    this.prefixed = prefixed;
  }

  /** Own address without its prefix. */
  get address(): string {
    return this.prefixed.split("/")[0] ?? "";
  }

  /** A directory for its files, removed with the lab. */
  get directory(): string {
    return this.#namespace.directory;
  }

  /** A process that `ip link` can name for its network namespace. */
  get pid(): number {
    return this.#namespace.pid;
  }

  /** Run a command to its end and give its standard output. */
  exec(...command: string[]): Promise<string> {
    return run(this.#namespace.enter(command));
  }

  /** Run `ip -batch` on this host; what fails is passed over. */
  async batch(commands: readonly string[]): Promise<void> {
    await run(
      this.#namespace.enter([
        ...["sh", "-c", "ip -force -batch - > /dev/null 2>&1 || :"],
      ]),
      { input: commands.join("\n") + "\n" },
    );
  }

  /** Start a program; it ends with the lab at the latest. */
  spawn(command: readonly string[], options: ProgramOptions = {}): Program {
    const name = `${command[0]} on ${this.name}`;
    return this.#lab.keep(
      new Program(name, this.#namespace.enter(command), options),
    );
  }

  /** Make `eth0`, plug it into the segment and give it the own address. */
  async wire(): Promise<void> {
    await this.#lab.batch([
      `link add name ${this.name} type veth peer name eth0 netns ${this.#namespace.pid}`,
      `link set dev ${this.name} master br0 up`,
    ]);
    // Neighbour discovery would only add noise to captures.
    await this.exec(
      ...["sh", "-c"],
      "cd /proc/sys/net/ipv6/conf/eth0 2>/dev/null || exit 0; " +
        "echo 0 > accept_dad; echo 0 > router_solicitations",
    );
    await this.exec("ip", "address", "add", this.prefixed, "dev", "eth0");
    await this.exec("ip", "link", "set", "eth0", "up");
  }

  /** Remove `eth0`. */
  async unwire(): Promise<void> {
    await this.#lab.batch([`link delete dev ${this.name}`]);
  }

  /** Pull (false) or plug in (true) the cable: `eth0` loses its carrier. */
  async plug(plugged: boolean): Promise<void> {
    await this.#lab.batch([
      `link set dev ${this.name} ${plugged ? "up" : "down"}`,
    ]);
  }

  /**
   * Cut the host off from all others that are isolated (true), or end that;
   * unlike a pulled cable nobody notices.
   */
  async isolate(isolated: boolean): Promise<void> {
    await this.#lab.batch([
      `link set dev ${this.name} type bridge_slave isolated ${
        isolated ? "on" : "off"
      }`,
    ]);
  }

  /** Write a setting below /proc/sys of this host. */
  async sysctl(path: string, value: string): Promise<void> {
    await this.exec("sh", "-c", `echo ${value} > /proc/sys/${path}`);
  }

  /** Give `eth0` its own address only, as a machine starts with. */
  async forgetAddresses(): Promise<void> {
    await this.exec("ip", "address", "flush", "dev", "eth0");
    await this.exec("ip", "address", "add", this.prefixed, "dev", "eth0");
  }

  /** MAC address of `eth0`. */
  async mac(): Promise<string> {
    const [link]: { readonly address: string }[] = JSON.parse(
      await this.exec("ip", "-json", "link", "show", "dev", "eth0"),
    );
    return link?.address ?? "";
  }

  /** Addresses on `eth0` with their prefixes, without IPv6 link-local ones. */
  async addresses(): Promise<string[]> {
    const text = await this.exec(
      ...["ip", "-json", "address", "show", "dev", "eth0"],
    );
    const links: {
      addr_info: { local: string; prefixlen: number; scope: string }[];
    }[] = JSON.parse(text);
    return links.flatMap((link) => link.addr_info)
      .filter(({ scope, local }) => scope !== "link" || !local.includes(":"))
      .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  }

  /** Whether `eth0` has an address, whatever its prefix. */
  async holds(address: string): Promise<boolean> {
    return (await this.addresses())
      .some((prefixed) => prefixed.startsWith(`${address}/`));
  }
}

/** A segment, its hosts, and all that was started there. */
export class Lab implements AsyncDisposable {
  readonly #segment: Namespace;
  readonly #parts = new AsyncDisposableStack();

  private constructor(segment: Namespace) {
    this.#segment = segment;
  }

  /** A directory for captures, removed with the lab. */
  get directory(): string {
    return this.#segment.directory;
  }

  /**
   * Make a segment without hosts.
   *
   * @throws {Error} Where `obstacle()` has a reason.
   */
  static async open(): Promise<Lab> {
    const segment = await openNamespace();
    const lab = new Lab(segment);
    lab.#parts.use(segment);
    try {
      await lab.batch([
        "link add br0 type bridge mcast_snooping 0 stp_state 0 forward_delay 0",
        "link set br0 addrgenmode none up",
      ]);
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
    return lab;
  }

  /**
   * Add a host.
   *
   * @param name At most 15 letters and digits.
   * @param prefixed Its address, for example `192.0.2.1/24`.
   */
  async host(
    name: string,
    prefixed: string,
    { wired = true }: HostOptions = {},
  ): Promise<Host> {
    const namespace = this.#parts.use(await openNamespace(this.#segment));
    const host = new Host(this, namespace, name, prefixed);
    if (wired) await host.wire();
    return host;
  }

  /** Run `ip -batch` on the segment. */
  async batch(commands: readonly string[]): Promise<void> {
    await run(this.#segment.enter(["ip", "-batch", "-"]), {
      input: commands.join("\n") + "\n",
    });
  }

  /** Run a command on the segment and give its standard output. */
  exec(...command: string[]): Promise<string> {
    return run(this.#segment.enter(command));
  }

  /** Start a program on the segment, where the bridge is. */
  spawn(command: readonly string[], options: ProgramOptions = {}): Program {
    const name = `${command[0]} on the segment`;
    return this.keep(new Program(name, this.#segment.enter(command), options));
  }

  /** Dispose of something together with the lab, last come first gone. */
  keep<T extends AsyncDisposable>(part: T): T {
    return this.#parts.use(part);
  }

  /** End all programs, then remove hosts and segment. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}
