/**
 * What processes use.
 *
 * @module
 */

/** Milliseconds of CPU, with all threads, since the processes began. */
export async function cpuTime(pids: readonly number[]): Promise<number> {
  let nanoseconds = 0;
  for (const pid of pids) {
    for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
      // Of a thread that ends in the meantime the rest is not known.
      const text = await Deno.readTextFile(
        `/proc/${pid}/task/${name}/schedstat`,
      )
        .catch(() => "0");
      nanoseconds += Number(text.split(" ")[0]);
    }
  }
  return nanoseconds / 1e6;
}

/** MiB of memory: the sum over processes of one line of smaps_rollup. */
export async function memoryMib(
  pids: readonly number[],
  kind: "Rss" | "Pss" = "Rss",
): Promise<number> {
  let kib = 0;
  for (const pid of pids) {
    const rollup = await Deno.readTextFile(`/proc/${pid}/smaps_rollup`);
    kib += Number(new RegExp(`^${kind}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1]);
  }
  return kib / 1_024;
}
