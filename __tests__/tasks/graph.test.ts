import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Outcome } from '../../src/outcome.ts'
import { noUsage } from '../../src/session/usage.ts'
import { runGraph } from '../../src/tasks/graph.ts'
import type { Task, TaskResult } from '../../src/tasks/task.ts'

const taskOf = (id: string, ...needs: readonly string[]): Task => ({
  ...{ id, mode: 'plan', prompt: id, candidates: [], agent: undefined, needs },
})

const resultOf = ({ id }: Task, outcome: Outcome = 'completed'): TaskResult => ({
  ...{ id, outcome, reason: id, answer: `Answer of ${id}.`, priced: true, attempts: [] },
  ...{ usage: noUsage, tools: [], refusals: [] },
})

/** Runs a graph; reports the order of starts and ends. */
async function trace(tasks: readonly Task[], maxParallel: number, failing: readonly string[] = []) {
  const order: string[] = []
  let [running, most] = [0, 0]
  const results = await runGraph(tasks, maxParallel, async (task, needed) => {
    running += 1
    most = Math.max(most, running)
    order.push(`start ${task.id} after ${needed.map(({ id }) => id).join('+') || 'none'}`)
    await setImmediate()
    order.push(`end ${task.id}`)
    running -= 1
    return resultOf(task, failing.includes(task.id) ? 'stalled' : 'completed')
  })
  return { order, most, results }
}

test('a task gets the results of those that it needs, and its place in the list', async () => {
  const tasks = [taskOf('d', 'b', 'c'), taskOf('a'), taskOf('b', 'a'), taskOf('c', 'a')]
  const { order, most, results } = await trace(tasks, 4)
  expect(results.map(({ id }) => id)).toEqual(['d', 'a', 'b', 'c'])
  expect(order.filter((line) => line.startsWith('start'))).toEqual([
    'start a after none',
    'start b after a',
    'start c after a',
    'start d after b+c',
  ])
  expect(most).toBe(2)
})

test('a failure ends only what depends on it, named', async () => {
  const tasks = [taskOf('a'), taskOf('b', 'a'), taskOf('c', 'b'), taskOf('d')]
  const { results } = await trace(tasks, 1, ['a'])
  expect(results.map(({ outcome }) => outcome)).toEqual([
    'stalled',
    'skipped',
    'skipped',
    'completed',
  ])
  expect(results[1]?.reason).toBe('Task b was not run: it needs a, which ended as stalled.')
  expect(results[2]?.reason).toBe('Task c was not run: it needs b, which ended as skipped.')
})

test('whatever the graph, every task runs once, after what it needs, and never too many at once', async () => {
  const graphs = fc
    .integer({ min: 1, max: 12 })
    .chain((count) =>
      fc.tuple(...Array.from({ length: count }, (_, at) => fc.subarray([...Array(at).keys()]))),
    )
  await fc.assert(
    fc.asyncProperty(graphs, fc.integer({ min: 1, max: 5 }), async (graph, maxParallel) => {
      const tasks = graph.map((needs, at) => taskOf(String(at), ...needs.map(String)))
      const { order, most } = await trace(tasks, maxParallel)
      expect(most).toBeLessThanOrEqual(maxParallel)
      expect(order).toHaveLength(2 * tasks.length)
      for (const { id, needs } of tasks) {
        const start = order.findIndex((line) => line.startsWith(`start ${id} `))
        for (const need of needs) expect(order.indexOf(`end ${need}`)).toBeLessThan(start)
      }
    }),
  )
})

test('what goes wrong in one task is not lost', async () => {
  const failing = runGraph([taskOf('a')], 1, async () => {
    throw new Error('Broken.')
  })
  await expect(failing).rejects.toThrow('Broken.')
})
