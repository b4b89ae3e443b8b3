import { deepStrictEqual } from "node:assert/strict";
import { findUser } from "../../src/config/users.ts";

const FILES = {
  passwd: [
    "root:x:0:0:root:/root:/bin/bash",
    "keeper:x:990:991::/nonexistent:/usr/sbin/nologin",
    "7:x:800:801::/:/bin/sh",
    "odd:x:::",
    "# a comment",
    "",
  ].join("\n"),
  group: "root:x:0:\nkeepers:x:992:keeper\nbroken:x\n",
};

for (
  const [text, uid, gid] of [
    ["root", 0, 0],
    ["keeper", 990, 991],
    ["990", 990, 991],
    ["7", 800, 801],
    ["keeper:keepers", 990, 992],
    ["keeper:992", 990, 992],
    ["keeper:root", 990, 0],
  ] as const
) {
  Deno.test(`findUser() finds ${text}`, () => {
    deepStrictEqual(findUser(text, FILES), { user: { uid, gid } });
  });
}

for (
  const [text, problem] of [
    ["nobody", '"nobody" is not a user in /etc/passwd'],
    ["", '"" is not a user in /etc/passwd'],
    ["# a comment", '"# a comment" is not a user in /etc/passwd'],
    ["odd", '"odd" is not a user in /etc/passwd'],
    ["keeper:", '"" is not a group in /etc/group'],
    ["keeper:broken", '"broken" is not a group in /etc/group'],
    ["keeper:nobody", '"nobody" is not a group in /etc/group'],
    ["a:b:c", "must be user or user:group"],
  ] as const
) {
  Deno.test(`findUser() refuses "${text}"`, () => {
    deepStrictEqual(findUser(text, FILES), { problem });
  });
}
