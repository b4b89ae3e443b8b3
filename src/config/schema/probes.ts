/**
 * What each type of health checker has under `config`.
 *
 * @module
 */

import * as v from "valibot";
import { canonicalIp, familyOf, parseIp } from "../../wire/address.ts";
import type {
  DnsProbe,
  FileProbe,
  PingProbe,
  Probe,
  ScriptProbe,
  TcpProbe,
} from "../settings/check.ts";
import { quote } from "../issue.ts";
import { about, writtenAs } from "./editor.ts";
import { command, isShell } from "./notify.ts";
import { httpProbe } from "./http.ts";
import { processKeys, processProblem, toProcessProbe } from "./process.ts";
import { duration, flag, list, must, oneOf, section, whole } from "./values.ts";
import {
  absolutePath,
  domainName,
  environment,
  host,
  isHost,
  text,
} from "./words.ts";

type ProbeSchema = v.GenericSchema<unknown, Probe>;

function optionalText(
  title: string,
  description: string,
): v.GenericSchema<unknown, string | null> {
  return v.pipe(v.nullish(text(), null), about(title, description));
}

const tcp: ProbeSchema = v.pipe(
  section({
    host: v.pipe(host(), about("Host", "Address or host name")),
    port: v.pipe(whole(1, 65_535), about("Port", "TCP port, 1 to 65535")),
    send: optionalText("Text to send", "Text to send once connected"),
    expect: optionalText(
      "Expected answer",
      "Text that the answer must contain",
    ),
  }),
  v.transform((keys): TcpProbe => ({ type: "tcp", ...keys })),
);

const ping: ProbeSchema = v.pipe(
  section({
    host: v.pipe(host(), about("Host", "Address or host name")),
    count: v.optional(
      v.pipe(
        whole(1, 20),
        about("Requests", "Requests in a check, 1 to 20; one answer is enough"),
      ),
      1,
    ),
  }),
  v.transform((keys): PingProbe => ({ type: "ping", ...keys })),
);

const script: ProbeSchema = v.pipe(
  section({
    script: v.pipe(
      command(),
      about(
        "Command",
        "Command whose exit status 0 is success: text, a list of " +
          "words, or { shell: … }",
      ),
    ),
    args: v.pipe(
      v.nullish(
        list(
          v.pipe(text(), about("Argument", "Handed on as it is")),
          "arguments",
        ),
        [],
      ),
      about("Arguments", "More arguments; not with { shell: … }"),
    ),
    environment: v.pipe(
      v.nullish(environment(), {}),
      about(
        "Environment",
        "Variables that are added to the environment, by name",
      ),
    ),
  }),
  v.forward(
    v.partialCheck(
      [["script"], ["args"]],
      ({ script, args }) => args.length === 0 || !isShell(script),
      "cannot follow { shell: … }: write them in its text",
    ),
    ["args"],
  ),
  v.transform(({ script, args, environment }): ScriptProbe => ({
    type: "script",
    command: [...script, ...args],
    environment,
  })),
);

const DNS_PORT = 53;

/** `address`, `address:port`, `[address]:port`, or a host name for address. */
function parseServer(text: string): DnsProbe["server"] {
  if (parseIp(text) !== null) return { host: text, port: DNS_PORT };
  const { host, v6, port } =
    /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:[\]]+))(?::(?<port>\d{1,5}))?$/
      .exec(text)?.groups ?? {};
  const name = host ?? (v6 !== undefined && parseIp(v6) ? v6 : "");
  const number = Number(port ?? DNS_PORT);
  return isHost(name) && number >= 1 && number <= 65_535
    ? { host: name, port: number }
    : null;
}

const dnsServer: v.GenericSchema<unknown, DnsProbe["server"]> = v.pipe(
  v.string(must("a name server such as 192.0.2.53 or [2001:db8::53]:5353")),
  writtenAs(String.raw`^[\w.:\[\]-]+$`, "a name server such as 192.0.2.53"),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const server = parseServer(dataset.value);
    if (server !== null) return server;
    addIssue({
      message: "must be a name server such as 192.0.2.53 or " +
        `[2001:db8::53]:5353, not ${quote(dataset.value)}`,
    });
    return NEVER;
  }),
);

/** An answer of a record of addresses must be one. */
function isAnswer(
  type: DnsProbe["recordType"],
  expect: string | null,
): boolean {
  if (expect === null || (type !== "A" && type !== "AAAA")) return true;
  const address = canonicalIp(expect);
  return address !== null &&
    familyOf(address) === (type === "A" ? "ipv4" : "ipv6");
}

const dns: ProbeSchema = v.pipe(
  section({
    name: v.pipe(domainName(), about("Domain name", "Domain name to ask for")),
    type: v.optional(
      v.pipe(
        oneOf(["A", "AAAA", "CNAME", "MX", "NS", "PTR", "TXT"]),
        about("Record type", "Type of the records to ask for", {
          A: "IPv4 addresses",
          AAAA: "IPv6 addresses",
          CNAME: "The name that it is an alias of",
          MX: "Servers for mail",
          NS: "Name servers",
          PTR: "Name of an address",
          TXT: "Text records",
        }),
      ),
      "A",
    ),
    server: v.pipe(
      v.nullish(dnsServer, null),
      about(
        "Name server",
        "Name server to ask, with :port if it is not 53; by default " +
          "those of the host",
      ),
    ),
    expect: optionalText(
      "Expected record",
      "What one record must be; an address for A and AAAA",
    ),
  }),
  v.forward(
    v.partialCheck(
      [["type"], ["expect"]],
      ({ type, expect }) => isAnswer(type, expect),
      "must be an address of the family that type asks for",
    ),
    ["expect"],
  ),
  v.transform(({ name, type, server, expect }): DnsProbe => ({
    type: "dns",
    name,
    recordType: type,
    server,
    // IPv6 has many texts for one address.
    expect: type === "AAAA" && expect !== null ? canonicalIp(expect) : expect,
  })),
);

const file: ProbeSchema = v.pipe(
  section({
    path: v.pipe(
      absolutePath(),
      about("File", "File that must exist: absolute path"),
    ),
    max_age: v.pipe(
      v.nullish(
        duration("of 1s or more", (milliseconds) => milliseconds >= 1000),
        null,
      ),
      about(
        "Age",
        "Longest time since it was written to, 1s or more; by default any",
      ),
    ),
    number: v.optional(
      v.pipe(
        flag(),
        about(
          "Number",
          "Whether the file must hold an integer, by which the weight " +
            "of a tracker is multiplied",
        ),
      ),
      false,
    ),
  }),
  v.transform(({ path, max_age, number }): FileProbe => ({
    type: "file",
    path,
    maxAge: max_age,
    number,
  })),
);

const process: ProbeSchema = v.pipe(
  section(processKeys),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const problem = processProblem(value);
    if (problem === null) return toProcessProbe(value);
    addIssue({ message: problem });
    return NEVER;
  }),
);

/** Schema of `config` for each type of health checker. */
export const probes: Readonly<
  Record<Probe["type"] | "https", ProbeSchema>
> = {
  tcp,
  http: httpProbe(["http:", "https:"]),
  https: httpProbe(["https:"]),
  ping,
  script,
  dns,
  file,
  process,
};
