/**
 * The channel from side to core: a line of an input is a message, sent so many
 * times over as it says, in pieces that are long or short.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { openPair, send } from "../../../ffi/socket.ts";
import { Channel, ChannelReceiver } from "../../../src/kernel/linux/channel.ts";
import { openMessageFiles } from "../../../tests/lab/message_files.ts";
import { decode, encode, mutateUtf8 } from "../bytes.ts";
import type { Target } from "../target.ts";

/** The target. */
export const channel: Target = {
  name: "channel",
  form: "text",
  maxLength: 2_048,
  sources: ["/src/kernel/linux/channel.ts", "/ffi/"],
  steps: { base: 100_000, perByte: 5_000 },
  mutate: (input, chance, other) => mutateUtf8(input, chance, other, WORDS),
  judge,
};

const WORDS = [
  ...["1 {}", "131070 a", "131071 a", "300000 é", "take", "raw", "raw \u0000"],
  ...["raw \u0000{", "raw \u0001", "raw \u0002{}", "5 \u0000", "3 😀", "\n"],
];

/** Most characters of a message: beyond, all is as with these. */
const MOST = 400_000;

function judge(input: Uint8Array): void {
  const before = openMessageFiles();
  const lines = decode(input).split("\n");
  carry(lines);
  for (const line of lines) {
    if (line.startsWith("raw ")) refuse(encode(line.slice(4)));
  }
  strictEqual(openMessageFiles(), before, "A file was left open");
}

/** What is sent arrives, all of it and in order. */
function carry(lines: readonly string[]): void {
  using sender = new Channel();
  using receiver = new ChannelReceiver(sender.receiverFd);
  const underWay: unknown[] = [];
  const take = (): void => {
    const received = receiver.receive();
    const [expected] = underWay.splice(0, 1);
    deepStrictEqual(received, expected);
  };
  for (const [i, line] of lines.entries()) {
    if (line === "take") {
      take();
      continue;
    }
    const message = messageOf(line, i);
    while (!sender.send(message)) {
      ok(underWay.length > 0, "No room in an empty channel");
      take();
    }
    underWay.push(message);
  }
  while (underWay.length > 0) take();
  strictEqual(receiver.receive(), undefined);
}

/** `300 abc`: a text of 300 times abc. */
function messageOf(line: string, number: number): unknown {
  const [, count, text = ""] = /^(\d{1,9}) (.*)$/.exec(line) ?? [];
  if (count === undefined) return { number, line };
  const times = Math.min(Number(count), Math.ceil(MOST / (text.length || 1)));
  // As JSON, half of a pair of surrogates is no text of UTF-8.
  return { number, text: text.repeat(times).toWellFormed() };
}

/** What no channel sent is read as JSON, or is refused in words. */
function refuse(datagram: Uint8Array<ArrayBuffer>): void {
  // This one names a descriptor, and only this process could have sent it.
  if (datagram.length === 0 || datagram[0] === 1 && datagram.length === 9) {
    return;
  }
  const [ours, theirs] = openPair();
  using sender = ours;
  using receiver = new ChannelReceiver(theirs.fd);
  send(sender, datagram, null, "send");
  try {
    const message = receiver.receive();
    strictEqual(datagram[0], 0, "A message of an unknown kind is taken");
    deepStrictEqual(
      message,
      JSON.parse(new TextDecoder().decode(datagram.subarray(1))),
    );
  } catch (error) {
    const isRefusal = error instanceof SyntaxError ||
      error instanceof TypeError;
    if (!isRefusal) throw error;
  }
}
