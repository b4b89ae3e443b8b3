/**
 * What a configuration says of health checks, of what they do to an instance,
 * and of who is told: plain JSON data, durations in milliseconds.
 *
 * @module
 */

/** A program to start, without a shell: path and arguments. */
export type Command = readonly string[];

/** `user[:group]` that scripts run as, resolved to numbers. */
export interface ScriptUser {
  /** User id. */
  readonly uid: number;
  /** Group id. */
  readonly gid: number;
}

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

/** What something watched does to an instance. */
export interface TrackerSettings {
  /**
   * What is watched: the verdict of a check, by its name, or whether a link
   * is up, by its name.
   */
  readonly watch:
    | { readonly type: "check"; readonly name: string }
    | { readonly type: "interface"; readonly name: string };
  /**
   * −253 to 253: a negative one is added while down, a positive one while up;
   * 0 means FAULT while down. A check with a number adds number × weight.
   */
  readonly weight: number;
  /** Whether up and down change places. */
  readonly reverse: boolean;
}

/** States and events that can be told of. */
export type NotifyEvent = "MASTER" | "BACKUP" | "FAULT" | "STOP";

/** Scripts that are told of an instance's states. */
export interface NotifyScripts {
  /** One program for each state; the state-specific ones get no arguments. */
  readonly byState: Readonly<Partial<Record<NotifyEvent, Command>>>;
  /** A program for all: `INSTANCE name STATE priority` are added, or null. */
  readonly any: Command | null;
}

/** Where mail goes, and how. */
export interface EmailSettings {
  /** Recipients. */
  readonly to: readonly string[];
  /** Sender. */
  readonly from: string;
  /** The server that takes the mail. */
  readonly smtp: {
    /** Address or host name. */
    readonly host: string;
    /** 1 to 65535. */
    readonly port: number;
    /** `tls` from the first byte, `starttls` required, or `none`. */
    readonly tls: "none" | "starttls" | "tls";
    /** Name to log in with, or null. */
    readonly user: string | null;
    /** File that holds the password, or null. */
    readonly passwordFile: string | null;
    /** PEM file of extra certification authorities, or null. */
    readonly caFile: string | null;
  };
}

/** One webhook. */
export interface WebhookSettings {
  /** `http:` or `https:` URL. */
  readonly url: string;
  /** Request headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** Events that it is told of. */
  readonly events: readonly NotifyEvent[];
  /** Milliseconds for one attempt. */
  readonly timeout: number;
}

/** Who else is told. */
export interface NotificationSettings {
  /** Mail, or null. */
  readonly email: EmailSettings | null;
  /** Webhooks. */
  readonly webhooks: readonly WebhookSettings[];
}
