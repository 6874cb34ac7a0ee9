import { noUsage } from '../session/usage.ts'
import type { Task, TaskResult } from './task.ts'

/** Runs one task with the results of those that it needs. */
export type RunOne = (task: Task, needed: readonly TaskResult[]) => Promise<TaskResult>

/**
 * Runs tasks as soon as those that they need have completed, at most `maxParallel` at once. A task that fails ends only
 * those that need it, as `skipped`. The results are in the order of the tasks. `needs` must name tasks, without a cycle.
 */
export async function runGraph(
  tasks: readonly Task[],
  maxParallel: number,
  runOne: RunOne,
): Promise<readonly TaskResult[]> {
  const inSlot = createSlots(maxParallel)
  const results = new Map<string, Promise<TaskResult>>()
  const resultOf = (task: Task): Promise<TaskResult> => {
    const known = results.get(task.id)
    if (known !== undefined) return known
    const result = runWhenReady(task)
    results.set(task.id, result)
    return result
  }
  const runWhenReady = async (task: Task): Promise<TaskResult> => {
    const before = tasks.filter(({ id }) => task.needs.includes(id))
    const needed = await Promise.all(before.map(resultOf))
    const failed = needed.find(({ outcome }) => outcome !== 'completed')
    return failed ? skip(task, failed) : await inSlot(() => runOne(task, needed))
  }
  const all = tasks.map(resultOf)
  // None is left running when another one breaks.
  await Promise.allSettled(all)
  return await Promise.all(all)
}

function skip({ id }: Task, failed: TaskResult): TaskResult {
  const reason = `Task ${id} was not run: it needs ${failed.id}, which ended as ${failed.outcome}.`
  const nothing = {
    answer: '',
    priced: true,
    attempts: [],
    usage: noUsage,
    tools: [],
    refusals: [],
  }
  return { id, outcome: 'skipped', reason, ...nothing }
}

/** Lets so many run at once; the others wait for their turn. */
function createSlots(count: number) {
  let free = count
  const waiting: (() => void)[] = []
  return async <T>(body: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await body()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
