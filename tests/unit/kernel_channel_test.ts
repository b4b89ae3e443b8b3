import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { openPair, send } from "../../ffi/socket.ts";
import { Channel, ChannelReceiver } from "../../src/kernel/linux/channel.ts";
import { openMessageFiles } from "../lab/message_files.ts";

/** `"…"` and the byte in front of it make a datagram of this length. */
function messageOf(length: number): string {
  return "a".repeat(length - 3);
}

const SIZES = {
  "an empty message": 3,
  "the longest message that a datagram takes": 131_072,
  "a message that is longer by a byte": 131_073,
  "a message of 3 MiB": 3 << 20,
};

for (const [name, size] of Object.entries(SIZES)) {
  Deno.test(`Channel carries ${name}`, () => {
    using channel = new Channel();
    using receiver = new ChannelReceiver(channel.receiverFd);
    const message = messageOf(size);
    strictEqual(channel.send(message), true);
    strictEqual(receiver.receive(), message);
    strictEqual(receiver.receive(), undefined);
    strictEqual(openMessageFiles(), 0);
  });
}

Deno.test("Channel keeps the order of small and large messages", () => {
  using channel = new Channel();
  using receiver = new ChannelReceiver(channel.receiverFd);
  const messages = [{ a: 1 }, messageOf(200_000), null, messageOf(131_072), {
    text: "ä\0€",
  }];
  for (const message of messages) strictEqual(channel.send(message), true);
  deepStrictEqual(messages.map(() => receiver.receive()), messages);
});

Deno.test("Channel goes on behind a message that found no room", () => {
  using channel = new Channel();
  using receiver = new ChannelReceiver(channel.receiverFd);
  const large = messageOf(200_000);
  let sent = 0;
  while (sent < 100_000 && channel.send(sent)) sent++;
  strictEqual(channel.send(large), false);
  strictEqual(openMessageFiles(), 0);
  for (let i = 0; i < sent; i++) strictEqual(receiver.receive(), i);
  strictEqual(receiver.receive(), undefined);
  strictEqual(channel.send(large), true);
  strictEqual(receiver.receive(), large);
});

Deno.test("Channel carries what the system lets no datagram carry", () => {
  using channel = new Channel(4096);
  using receiver = new ChannelReceiver(channel.receiverFd);
  for (const message of [messageOf(131_072), "stop"]) {
    strictEqual(channel.send(message), true);
    strictEqual(receiver.receive(), message);
  }
});

Deno.test("Channel.send() throws when the receiver is gone", () => {
  using channel = new Channel();
  new ChannelReceiver(channel.receiverFd)[Symbol.dispose]();
  throws(() => channel.send("stop"), { code: "EPIPE" });
  throws(() => channel.send(messageOf(200_000)), { code: "EPIPE" });
});

Deno.test("ChannelReceiver says once that the sender is gone", () => {
  const channel = new Channel();
  let ended = 0;
  using receiver = new ChannelReceiver(channel.receiverFd, () => ended++);
  channel.send("last");
  channel[Symbol.dispose]();
  strictEqual(receiver.receive(), "last");
  strictEqual(ended, 0);
  strictEqual(receiver.receive(), undefined);
  strictEqual(receiver.receive(), undefined);
  strictEqual(ended, 1);
});

const FOREIGN = {
  "a datagram that is cut": new Uint8Array(131_073),
  "a kind that there is not": new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0]),
  "a reference that is short": new Uint8Array([1, 0, 0, 0, 0]),
};

for (const [name, bytes] of Object.entries(FOREIGN)) {
  Deno.test(`ChannelReceiver takes ${name} for a bug`, () => {
    const [sender, other] = openPair();
    using _ = sender;
    using receiver = new ChannelReceiver(other.fd);
    send(sender, bytes, null, "send");
    throws(() => receiver.receive(), TypeError);
  });
}
