/**
 * How a daemon can be asked, once defaults are filled in: plain JSON data.
 *
 * @module
 */

/** A group of the host. */
export interface GroupSettings {
  /** As the file has it. */
  readonly name: string;
  /** Its number. */
  readonly gid: number;
}

/** The socket that only answers. */
export interface StatusSocketSettings {
  /** Absolute path, or null for `status.sock` beside the control socket. */
  readonly path: string | null;
  /** Whose members may connect, or null for the daemon's own group. */
  readonly group: GroupSettings | null;
}

/** The sockets of the file system. */
export interface ControlSocketSettings {
  /** Absolute path, or null for `control.sock` in the run directory. */
  readonly path: string | null;
  /** The socket that only answers, or null for none. */
  readonly status: StatusSocketSettings | null;
}

/** Where the listener of HTTP is. */
export interface ListenSettings {
  /** Address in canonical text. */
  readonly address: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** HTTP for monitoring, load balancers and browsers. */
export interface HttpSettings {
  /** Where it listens. */
  readonly listen: ListenSettings;
  /** Names that requests may be for, beside its own, in small letters. */
  readonly allowedHosts: readonly string[];
  /** Whether metrics are given under the names of keepalived's exporter too. */
  readonly keepalivedMetrics: boolean;
}
