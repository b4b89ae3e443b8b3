/**
 * The threads of a process, as the kernel schedules them.
 *
 * @module
 */

/** One thread. */
export interface Thread {
  /** Thread id. */
  readonly tid: number;
  /** Its name, at most 15 bytes. */
  readonly name: string;
  /** `SCHED_*` number: 0 for the usual one, 2 for SCHED_RR. */
  readonly policy: number;
  /** Realtime priority, 0 for none. */
  readonly priority: number;
}

// proc_pid_stat(5) counts from 1; what follows the name begins with field 3.
const RT_PRIORITY = 40 - 3;
const POLICY = 41 - 3;

/** The threads that a process has now. */
export async function threadsOf(pid: number): Promise<Thread[]> {
  const threads: Thread[] = [];
  for await (const { name: tid } of Deno.readDir(`/proc/${pid}/task`)) {
    const stat = await Deno.readTextFile(`/proc/${pid}/task/${tid}/stat`);
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    threads.push({
      tid: Number(tid),
      name: stat.slice(stat.indexOf("(") + 1, end),
      policy: Number(fields[POLICY]),
      priority: Number(fields[RT_PRIORITY]),
    });
  }
  return threads;
}

/**
 * Thread id of alived's core, its only Worker.
 *
 * @throws {Error} When there is no Worker, or more than one.
 */
export async function coreThread(pid: number): Promise<number> {
  const workers = (await threadsOf(pid))
    .filter(({ name }) => name.startsWith("worker-"));
  const [core] = workers;
  if (core === undefined || workers.length > 1) {
    throw new Error(`Process ${pid} has ${workers.length} Workers`);
  }
  return core.tid;
}
