/**
 * The `health_checkers` section once its defaults are filled in, and the checks
 * of tracked files and processes: plain JSON data, durations in milliseconds.
 *
 * @module
 */

import type { Command } from "./script.ts";

/** Connect, and optionally send bytes and look for others in the answer. */
export interface TcpProbe {
  /** Discriminant. */
  readonly type: "tcp";
  /** Address or host name. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Text to send once connected, or null. */
  readonly send: string | null;
  /** Text that the answer must contain, or null to be content with none. */
  readonly expect: string | null;
}

/** One HTTP request. */
export interface HttpProbe {
  /** Discriminant. */
  readonly type: "http";
  /** `http:` or `https:` URL. */
  readonly url: string;
  /** Method, such as GET. */
  readonly method: string;
  /** Request headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** Accepted status codes, as inclusive ranges. */
  readonly expectedStatus: readonly (readonly [number, number])[];
  /** Text that the body must contain, or null. */
  readonly contains: string | null;
  /** Regular expression (source) that the body must match, or null. */
  readonly matches: string | null;
  /** Whether a redirection is followed, at most 5 times. */
  readonly followRedirects: boolean;
  /** Whether any certificate will do. */
  readonly insecureSkipVerify: boolean;
  /** Name for SNI and the certificate in place of the URL's host, or null. */
  readonly serverName: string | null;
  /** PEM file of extra certification authorities, or null. */
  readonly caFile: string | null;
}

/** ICMP echo. */
export interface PingProbe {
  /** Discriminant. */
  readonly type: "ping";
  /** Address or host name. */
  readonly host: string;
  /** Echo requests in a check, 1 to 20; one answer is enough. */
  readonly count: number;
}

/** A program whose exit status 0 is success. */
export interface ScriptProbe {
  /** Discriminant. */
  readonly type: "script";
  /** Program and arguments; `["/bin/sh", "-c", text]` where a shell was asked for. */
  readonly command: Command;
  /** Added to the environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A DNS query. */
export interface DnsProbe {
  /** Discriminant. */
  readonly type: "dns";
  /** Name to ask for. */
  readonly name: string;
  /** Record type. */
  readonly recordType: "A" | "AAAA" | "CNAME" | "MX" | "NS" | "PTR" | "TXT";
  /** Name server to ask, or null for the host's own. */
  readonly server: { readonly host: string; readonly port: number } | null;
  /** Text that one record must be, or null to be content with any record. */
  readonly expect: string | null;
}

/** A file: its existence, its age, the number in it. */
export interface FileProbe {
  /** Discriminant. */
  readonly type: "file";
  /** Absolute path. */
  readonly path: string;
  /** Oldest modification in milliseconds, or null. */
  readonly maxAge: number | null;
  /** Whether the file holds an integer that a tracker scales its weight by. */
  readonly number: boolean;
}

/** Running processes. */
export interface ProcessProbe {
  /** Discriminant. */
  readonly type: "process";
  /** Name (comm, or base name of the executable), or null with a pid file. */
  readonly name: string | null;
  /** Absolute path of a pid file, or null. */
  readonly pidFile: string | null;
  /** Fewest processes, 1 or more. */
  readonly quorum: number;
}

/** What a check does. */
export type Probe =
  | TcpProbe
  | HttpProbe
  | PingProbe
  | ScriptProbe
  | DnsProbe
  | FileProbe
  | ProcessProbe;

/** One health check: a probe and its rhythm. */
export interface CheckSettings {
  /** Unique name. */
  readonly name: string;
  /** Milliseconds from one start to the next. */
  readonly interval: number;
  /** Milliseconds after which a probe has failed. */
  readonly timeout: number;
  /** Successes in a row that make it healthy, 1 or more. */
  readonly rise: number;
  /** Failures in a row that make it failing, 1 or more. */
  readonly fall: number;
  /** What it does. */
  readonly probe: Probe;
}
