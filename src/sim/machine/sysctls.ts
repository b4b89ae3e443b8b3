/**
 * The kernel settings that a daemon reads and writes, below /proc/sys.
 *
 * @module
 */

/** Settings that each link has, with their default. */
const BY_LINK: Readonly<Record<string, string>> = {
  "ipv4/promote_secondaries": "0",
  "ipv4/accept_local": "0",
  "ipv6/forwarding": "0",
  "ipv6/disable_ipv6": "0",
};

/** What is another one after each start of the machine. */
const BOOT_ID = "kernel/random/boot_id";

/** The settings of one host. */
export class Sysctls {
  readonly #values = new Map<string, string>();
  #boots = 1;

  /** Settings for all links, at their defaults. */
  constructor() {
    this.addLink("all");
    this.addLink("default");
  }

  /** A link comes: its settings are the defaults of the moment. */
  addLink(name: string): void {
    for (const [key, value] of Object.entries(BY_LINK)) {
      const initial = this.#values.get(pathOf(key, "default")) ?? value;
      this.#values.set(pathOf(key, name), initial);
    }
  }

  /** The machine starts anew: every link has its defaults again. */
  reset(): void {
    this.#boots++;
    for (const path of this.#values.keys()) {
      const [, family, , link, setting] = path.split("/");
      if (link === "all") continue;
      const initial = this.#values.get(`net/${family}/conf/default/${setting}`);
      if (initial !== undefined) this.#values.set(path, initial);
    }
  }

  /** A link goes. */
  removeLink(name: string): void {
    for (const key of Object.keys(BY_LINK)) {
      this.#values.delete(pathOf(key, name));
    }
  }

  /** A link takes its settings along. */
  renameLink(from: string, to: string): void {
    for (const key of Object.keys(BY_LINK)) {
      const value = this.#values.get(pathOf(key, from));
      this.#values.delete(pathOf(key, from));
      if (value !== undefined) this.#values.set(pathOf(key, to), value);
    }
  }

  /** A setting, or undefined when there is none of this path. */
  get(path: string): string | undefined {
    return path === BOOT_ID ? `boot-${this.#boots}` : this.#values.get(path);
  }

  /** Give a setting another value; false when there is none of this path. */
  set(path: string, value: string): boolean {
    if (!this.#values.has(path)) return false;
    this.#values.set(path, value);
    return true;
  }

  /** Whether removing a primary address keeps its secondary ones. */
  promotes(link: string): boolean {
    return this.#either("ipv4/promote_secondaries", link);
  }

  /** Whether packets from an address of the host itself are taken. */
  acceptsLocal(link: string): boolean {
    return this.#either("ipv4/accept_local", link);
  }

  /** Whether a link has IPv6. */
  ipv6(link: string): boolean {
    return this.#values.get(pathOf("ipv6/disable_ipv6", link)) === "0";
  }

  #either(key: string, link: string): boolean {
    return this.#values.get(pathOf(key, "all")) === "1" ||
      this.#values.get(pathOf(key, link)) === "1";
  }

  /** All of them, to be compared. */
  snapshot(): ReadonlyMap<string, string> {
    return new Map(this.#values);
  }
}

function pathOf(key: string, link: string): string {
  const [family, setting] = key.split("/");
  return `net/${family}/conf/${link}/${setting}`;
}
