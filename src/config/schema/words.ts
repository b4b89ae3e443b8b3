/**
 * The kinds of text that the schema knows.
 *
 * @module
 */

import * as v from "valibot";
import { parseIp } from "../../wire/address.ts";
import { compilePattern } from "../pattern.ts";
import { written, writtenAs } from "./editor.ts";
import { hasVariable, type Message, must, VARIABLE } from "./values.ts";

/**
 * Refuses variables in a text that is sound otherwise; of any other something
 * has been said.
 */
function noVariable(
  isSound: (text: string) => boolean,
): v.CheckAction<string, string> {
  return v.check((text) => !hasVariable(text) || !isSound(text), VARIABLE);
}

const NAME = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]{1,64}$/u;

/** keepalived's `name weight N`. */
function weightHint(input: unknown): string {
  return typeof input === "string" && /^\S+\s+weight\s/.test(input)
    ? ": write { name: …, weight: … }"
    : "";
}

/** A name that is one printable word in a log line. */
export function name(): v.GenericSchema<string> {
  const message = must(
    "1 to 64 printable characters without white space",
    weightHint,
  );
  return v.pipe(
    v.string(message),
    v.regex(NAME, message),
    noVariable((text) => NAME.test(text)),
  );
}

const LINK = /^(?!\.\.?$)[^/:\s\p{C}]+$/u;
const MAX_LINK_BYTES = 15;

/** A name that the kernel accepts for a link (`dev_valid_name`). */
export function linkName(): v.GenericSchema<string> {
  const message = must(
    'an interface name: 1 to 15 bytes without "/", ":" and white space',
    (input) =>
      typeof input === "string" && /^[\w.-]+:\w+$/.test(input)
        ? ": it is an address that has a label, see virtual_ips"
        : weightHint(input),
  );
  return v.pipe(
    v.string(message),
    v.regex(LINK, message),
    v.maxBytes(MAX_LINK_BYTES, message),
    // A letter has a byte or more.
    noVariable((text) => LINK.test(text) && text.length <= MAX_LINK_BYTES),
  );
}

const PASSWORD = /^[ -~]+$/;

/** A password; no message about it repeats it. */
export function password(): v.GenericSchema<string> {
  const message: Message = ({ input }) =>
    input === null
      ? "has no value: write the password, or remove auth_pass"
      : "must be text of printable ASCII characters";
  return v.pipe(
    v.string(message),
    v.regex(PASSWORD, message),
    noVariable((text) => PASSWORD.test(text)),
  );
}

/** Any text that C can hold, at least one character. */
export function text(): v.GenericSchema<string> {
  const message = must("text that is not empty");
  return v.pipe(v.string(message), v.regex(/^[^\0]+$/, message));
}

/** Text that a log line can hold. */
export function line(): v.GenericSchema<string> {
  const message = must("one line of text");
  return v.pipe(v.string(message), v.regex(/^\P{C}+$/u, message));
}

/** An absolute path. */
export function absolutePath(): v.GenericSchema<string> {
  const message = must("an absolute path");
  return v.pipe(v.string(message), v.regex(/^\/\P{C}*$/u, message));
}

const LABEL = String.raw`\w(?:[\w-]*\w)?`;
const DOMAIN = new RegExp(
  String.raw`^(?=.{1,254}$)${LABEL}(?:\.${LABEL})*\.?$`,
);

/** A domain name. */
export function domainName(): v.GenericSchema<string> {
  const message = must("a domain name such as www.example.com");
  return v.pipe(v.string(message), v.regex(DOMAIN, message));
}

/** Whether a text is an address or a host name. */
export function isHost(host: string): boolean {
  // What looks like an IPv4 address must be one.
  return parseIp(host) !== null ||
    (DOMAIN.test(host) && !/\d\.?$/.test(host)) ||
    (DOMAIN.test(host) && !/^[\d.]+$/.test(host));
}

/** An address or a host name. */
export function host(): v.GenericSchema<string> {
  const message = must(
    "an address or a host name",
    (input) =>
      typeof input === "string" && /^[^:]+:\d+$/.test(input)
        ? ": the port is a key of its own"
        : "",
  );
  return v.pipe(
    v.string(message),
    v.check(isHost, message),
    writtenAs(String.raw`^[\w.:-]+$`, "an address or a host name"),
  );
}

/**
 * A URL for HTTP; no message repeats it, since it may hold a secret.
 *
 * @param protocols What it may begin with.
 */
export function httpUrl(
  protocols: readonly string[] = ["http:", "https:"],
): v.GenericSchema<string> {
  const message = `must be a URL that begins with ${
    protocols.map((protocol) => `${protocol}//`).join(" or ")
  }`;
  return v.pipe(
    v.string(message),
    v.check((value) => {
      const url = URL.parse(value);
      return url !== null && protocols.includes(url.protocol) &&
        url.port !== "0" && isDecodable(url.username + url.password);
    }, message),
    written({
      type: "string",
      pattern: `^(?:${protocols.map(anyCase).join("|")})//`,
      patternErrorMessage: message,
    }),
  );
}

/** The pattern of a word in capitals, small letters or both. */
export function anyCase(word: string): string {
  return word.replace(
    /[a-z]/gi,
    (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`,
  );
}

function isDecodable(value: string): boolean {
  try {
    decodeURIComponent(value);
    return true;
  } catch {
    return false;
  }
}

/** An address of mail, with an `@`. */
export function mailAddress(): v.GenericSchema<string> {
  const message = must("an address of mail such as admin@example.com");
  return v.pipe(
    v.string(message),
    v.regex(/^[^\s\p{C}<>@,;]{1,64}@[^\s\p{C}<>@,;]{1,255}$/u, message),
  );
}

/** The source of a regular expression. */
export function regularExpression(): v.GenericSchema<string> {
  return v.pipe(
    v.string(must("a regular expression")),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const compiled = compilePattern(dataset.value);
      if ("problem" in compiled) addIssue({ message: compiled.problem });
    }),
  );
}

/** Names and values of HTTP headers; no message repeats a value. */
export function headers(): v.GenericSchema<
  unknown,
  Readonly<Record<string, string>>
> {
  return v.record(
    v.pipe(
      v.string(),
      v.regex(/^[\w!#$%&'*+.^`|~-]+$/, "is not the name of a header"),
    ),
    v.pipe(
      v.string("must be text"),
      v.regex(/^[\t -~]*$/, "must be one line of printable ASCII characters"),
    ),
    "must be a map of headers",
  );
}

/** Names and values of environment variables. */
export function environment(): v.GenericSchema<
  unknown,
  Readonly<Record<string, string>>
> {
  return v.record(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z_]\w*$/, "is not the name of a variable"),
    ),
    v.pipe(
      v.string("must be text"),
      v.regex(/^[^\0]*$/, "must be text without NUL characters"),
    ),
    "must be a map of variables",
  );
}
