/**
 * What is to be compared with the headers of C: constants of the sources, and
 * the places in structures that they write by number. The facts are what a
 * compiler makes of the expressions (`tests/fixtures/headers`).
 *
 * @module
 */

import { constantsOf, type Value } from "./source_constants.ts";

/** What the program runs on. */
export const ARCHITECTURES = ["x86_64", "aarch64"] as const;

/** One of them, as `Deno.build.arch` names it. */
export type Architecture = typeof ARCHITECTURES[number];

/** Values of C expressions, as `long` has them. */
export type Facts = Readonly<Record<string, number>>;

/** A constant of the sources that is to be what an expression of C is. */
export interface Claim {
  /** `file: NAME`. */
  readonly place: string;
  /** The expression. */
  readonly expression: string;
  /** What the source says, as `long` has it. */
  readonly value: number;
}

/** Where constants of C are. */
const FILES = /^(?:ffi|src\/kernel|src\/wire\/rtnetlink)/;

/** Constants that have their name from C. */
const C_NAME =
  /^(?:(?:AF|CAP|CLOCK|EPOLL|EPOLL_CTL|ICMP|ICMPV6|IFA|IFF|IFLA|IP|IPPROTO|LOCK|MAP|MFD|MLOCK|MSG|NETLINK|NLM|NLMSG|NLMSGERR|O|PACKET|PROT|RTM|RT|S|SA|SCHED|SEEK|SIG|SO|SOCK|SOL|TC|TFD)_[A-Z0-9_]+|E(?!THERTYPE|XECUTABLE)[A-Z0-9]+|RTMGRP_\w+|SIG[A-Z0-9]+|EPOLLIN|WNOHANG|IF_NAMESIZE)$/;

/** Constants that C has another expression for. */
const EXPRESSIONS: Readonly<Record<string, string | readonly string[]>> = {
  "ffi/batch.ts: MMSGHDR_SIZE": "sizeof(struct mmsghdr)",
  "ffi/batch.ts: IOV_OFFSET": "offsetof(struct mmsghdr, msg_hdr.msg_iov)",
  "ffi/batch.ts: IOVLEN_OFFSET": "offsetof(struct mmsghdr, msg_hdr.msg_iovlen)",
  "ffi/batch.ts: FLAGS_OFFSET": "offsetof(struct mmsghdr, msg_hdr.msg_flags)",
  "ffi/batch.ts: LENGTH_OFFSET": "offsetof(struct mmsghdr, msg_len)",
  "ffi/batch.ts: IOVEC_SIZE": "sizeof(struct iovec)",
  "ffi/child.ts: CAPABILITY_VERSION": "_LINUX_CAPABILITY_VERSION_3",
  "ffi/child.ts: DATA_WORDS": "sizeof(struct __user_cap_data_struct[2]) / 4",
  "ffi/child.ts: INHERITABLE": [
    "offsetof(struct __user_cap_data_struct, inheritable) / 4",
    "sizeof(struct __user_cap_data_struct) / 4 + " +
    "offsetof(struct __user_cap_data_struct, inheritable) / 4",
  ],
  "ffi/event.ts: EVENT_SIZE": "sizeof(struct epoll_event)",
  "ffi/event.ts: DATA_OFFSET": "offsetof(struct epoll_event, data)",
  "ffi/file_status.ts: STAT_SIZE": "sizeof(struct stat)",
  "ffi/file_status.ts: DEVICE": "offsetof(struct stat, st_dev)",
  "ffi/file_status.ts: INODE": "offsetof(struct stat, st_ino)",
  "ffi/file_status.ts: MODE": "offsetof(struct stat, st_mode)",
  "ffi/file_status.ts: OWNER": "offsetof(struct stat, st_uid)",
  "ffi/file_status.ts: SYS_FSTAT": "__NR_fstat",
  "ffi/filter.ts: INSTRUCTION_SIZE": "sizeof(struct sock_filter)",
  "ffi/filter.ts: FPROG_SIZE": "sizeof(struct sock_fprog)",
  "ffi/icmp.ts: SOCKADDR_IN6_SIZE": "sizeof(struct sockaddr_in6)",
  "ffi/signal.ts: WORDS": "sizeof(struct sigaction) / 8",
  "ffi/signal.ts: HANDLER": "offsetof(struct sigaction, sa_handler) / 8",
  "ffi/signal.ts: FLAGS": "offsetof(struct sigaction, sa_flags) / 8",
  "ffi/standard_error.ts: STDERR": "STDERR_FILENO",
  "src/kernel/eavesdropper.ts: LOAD_BYTE": "BPF_LD | BPF_B | BPF_ABS",
  "src/kernel/eavesdropper.ts: JUMP_EQUAL": "BPF_JMP | BPF_JEQ | BPF_K",
  "src/kernel/eavesdropper.ts: RETURN": "BPF_RET | BPF_K",
  // libc keeps the first two for itself; its own macros call a function.
  "src/kernel/signals.ts: SIGRTMIN": "__SIGRTMIN + 2",
  "src/kernel/signals.ts: SIGRTMAX": "__SIGRTMAX",
  "src/wire/rtnetlink.ts: NLMSG_HEADER_LENGTH": "NLMSG_HDRLEN",
  "src/wire/rtnetlink.ts: IFINFOMSG_LENGTH": "sizeof(struct ifinfomsg)",
  "src/wire/rtnetlink.ts: IFADDRMSG_LENGTH": "sizeof(struct ifaddrmsg)",
  "src/wire/rtnetlink.ts: ATTRIBUTE_HEADER_LENGTH": "RTA_LENGTH(0)",
};

/** Expressions that no constant stands for. */
export const LAYOUTS = {
  sockaddrUn: "offsetof(struct sockaddr_un, sun_path)",
  sockaddrInSize: "sizeof(struct sockaddr_in)",
  sockaddrIn: "offsetof(struct sockaddr_in, sin_addr)",
  sockaddrIn6: "offsetof(struct sockaddr_in6, sin6_addr)",
  sockaddrLlSize: "sizeof(struct sockaddr_ll)",
  sockaddrLlProtocol: "offsetof(struct sockaddr_ll, sll_protocol)",
  sockaddrLlIndex: "offsetof(struct sockaddr_ll, sll_ifindex)",
  sockaddrLlLength: "offsetof(struct sockaddr_ll, sll_halen)",
  sockaddrLlMac: "offsetof(struct sockaddr_ll, sll_addr)",
  sockaddrNlSize: "sizeof(struct sockaddr_nl)",
  sockaddrNlGroups: "offsetof(struct sockaddr_nl, nl_groups)",
  ipMreqnSize: "sizeof(struct ip_mreqn)",
  ipMreqnIndex: "offsetof(struct ip_mreqn, imr_ifindex)",
  icmpFilterSize: "sizeof(struct icmp_filter)",
  icmpv6FilterSize: "sizeof(struct icmp6_filter)",
  write: "__NR_write",
} as const;

/**
 * What a module says that its numbers are.
 *
 * @param file Path from the root of the repository.
 * @param source Its text.
 * @param arch Where.
 */
export function claimsOf(
  file: string,
  source: string,
  arch: Architecture,
): readonly Claim[] {
  if (!FILES.test(file)) return [];
  return [...constantsOf(source, arch)].flatMap(([name, value]) => {
    const place = `${file}: ${name}`;
    if (name === "ERRNO_NAMES") return errnoClaims(place, value);
    const expression = EXPRESSIONS[place] ??
      (C_NAME.test(name) ? name : undefined);
    if (expression === undefined) return [];
    const values = Array.isArray(value) ? value : [value];
    return [expression].flat().map((expression, i) => ({
      place,
      expression,
      value: asLong(values[i]),
    }));
  });
}

/** The table of names of errors, each number with its name. */
function errnoClaims(place: string, table: Value): readonly Claim[] {
  return Object.entries(table).map(([number, name]) => ({
    place,
    expression: String(name),
    value: Number(number),
  }));
}

function asLong(value: unknown): number {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  return isNumber ? Number(BigInt.asIntN(64, BigInt(value))) : NaN;
}

/** Constants that {@linkcode claimsOf} must find. */
export const NAMED_PLACES: readonly string[] = Object.keys(EXPRESSIONS);

/**
 * The claims of all sources of the program.
 *
 * @param root The repository.
 */
export function readClaims(root: URL, arch: Architecture): readonly Claim[] {
  const folders = ["ffi/", "src/kernel/", "src/kernel/linux/", "src/wire/"];
  return folders.flatMap((folder) =>
    [...Deno.readDirSync(new URL(folder, root))]
      .filter(({ isFile, name }) => isFile && name.endsWith(".ts"))
      .map(({ name }) => folder + name)
      .sort()
      .flatMap((file) =>
        claimsOf(file, Deno.readTextFileSync(new URL(file, root)), arch)
      )
  );
}
