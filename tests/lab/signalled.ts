/**
 * A process that takes its signals as alived does and shows what comes of them;
 * its argument says which.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a program of its own

import { readSignal } from "../../ffi/signal_pipe.ts";
import {
  freeSignals,
  listenToSignal,
  signalPipe,
  takeSignals,
} from "../../src/kernel/signals.ts";

/** An emulator numbers those of its program anew: from outside others come. */
const REALTIME = Deno.env.has("ALIVED_DENO") ? [] : [34, 40, 64];
/** Milliseconds after which the sockets of a process that stays are counted. */
const STAYS = 2500;

function busy(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((next) => setTimeout(next, milliseconds));
}

async function listen(): Promise<void> {
  const fd = signalPipe();
  if (typeof fd !== "number") throw fd;
  const heard: string[] = [];
  for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
    Deno.addSignalListener(signal, () => void heard.push(signal));
  }
  const came: number[] = [];
  for (const signal of ["SIGTERM", "SIGQUIT", "SIGINT", "SIGUSR2"] as const) {
    Deno.kill(Deno.pid, signal);
    busy(5);
    came.push(readSignal(fd) ?? 0);
  }
  console.log(`busy: ${[...came, ...heard].join(" ")}`);
  while (heard.length < 3) await pause(5);
  console.log(`after: ${heard.sort().join(" ")}`);
}

async function survive(): Promise<void> {
  const unused = [14, 16, 24, 25, 26, 27, 29, 30, ...REALTIME, 10, 1];
  const sent = unused.map((number) => `kill -${number} ${Deno.pid}`);
  await new Deno.Command("sh", { args: ["-c", sent.join("; ")] }).output();
  await pause(50);
  console.log("survived");
}

async function hangUp(): Promise<void> {
  Deno.kill(Deno.pid, "SIGHUP");
  busy(20);
  Deno.kill(Deno.pid, "SIGHUP");
  await pause(100);
  let count = 0;
  listenToSignal("SIGHUP", () => console.log(`heard: ${++count}`));
  while (count < 1) await pause(5);
  Deno.kill(Deno.pid, "SIGHUP");
  while (count < 2) await pause(5);
}

async function stay(): Promise<void> {
  const script = "trap 'echo trapped; exit' USR1; kill -USR1 $$; echo ignored";
  console.log("stays");
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script] })
    .output();
  console.log(new TextDecoder().decode(stdout).trim());
  await pause(STAYS);
  console.log(`listens: ${listening()}`);
}

/** How many sockets of this process listen. */
function listening(): number {
  const sockets = new Set(
    [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => linkOf(name)),
  );
  const lines = Deno.readTextFileSync("/proc/net/tcp").split("\n");
  return lines.filter((line) => {
    const [, , , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === "0A" && sockets.has(`socket:[${inode}]`);
  }).length;
}

/** The descriptor of the directory itself is gone by now. */
function linkOf(name: string): string {
  try {
    return Deno.readLinkSync(`/proc/self/fd/${name}`);
  } catch {
    return "";
  }
}

takeSignals();
switch (Deno.args[0]) {
  case "listen":
    await listen();
    break;
  case "survive":
    await survive();
    break;
  case "hang-up":
    await hangUp();
    break;
  case "stay":
    await stay();
    break;
  case "free":
    freeSignals();
    console.log("free");
    await pause(60_000);
    break;
}
Deno.exit(0);
