import { readFileSync } from 'node:fs'
import { startModelServer } from '../src/rehearsal/server.ts'
import { type Result, resultSchema } from '../src/result.ts'
import { runStep, type StepResult } from './local-runner.ts'

const words = 100_000
const word = `${'x'.repeat(47)} \n`

/** Seconds from the status event for the provider's rate limit to the end of the process. */
export async function measureGivingUp(workspace: string): Promise<number> {
  let endedAt = 0
  const step = await runStep({
    workspace,
    inputs: { model: 'rehearsal/rate-limit', prompt: 'x' },
    onLine(line, main) {
      if (!line.includes('::group::Prompt')) return
      main.once('exit', () => (endedAt = Date.now()))
    },
  })
  const retry = readResult(step).attempts[0]?.statuses.find(({ type }) => type === 'retry')
  if (!retry) throw new Error(step.log)
  return (endedAt - Date.parse(retry.at)) / 1000
}

/** Seconds from a SIGINT, while the model is silent, to the end of the process. */
export async function measureCancel(workspace: string): Promise<number> {
  let [sentAt, endedAt] = [0, 0]
  const step = await runStep({
    workspace,
    inputs: { model: 'rehearsal/stall', prompt: 'x' },
    onLine(line, main) {
      if (!line.includes('::group::Prompt')) return
      main.once('exit', () => (endedAt = Date.now()))
      setTimeout(() => {
        sentAt = Date.now()
        main.kill('SIGINT')
      }, 2000)
    },
  })
  if (step.outputs.outcome !== 'cancelled') throw new Error(step.log)
  return (endedAt - sentAt) / 1000
}

/** The action's peak memory, in MB, during a 5 MB answer in 100,000 events: private and total. */
export async function measureMemory(workspace: string) {
  const usage = { prompt: 10, completion: 10 }
  const text = word.repeat(words)
  await using server = await startModelServer(() => ({ kind: 'message', text, usage }))
  const options = { baseURL: server.url, apiKey: server.key }
  const provider = { npm: '@ai-sdk/openai-compatible', options, models: { big: {} } }
  const peak = { own: 0, all: 0 }
  let timer: NodeJS.Timeout | undefined
  const step = await runStep({
    workspace,
    inputs: {
      model: 'bench/big',
      prompt: 'x',
      'opencode-config': JSON.stringify({ provider: { bench: provider } }),
    },
    onLine(_, main) {
      timer ??= setInterval(() => {
        peak.own = Math.max(peak.own, readStatus(main.pid, 'RssAnon'))
        peak.all = Math.max(peak.all, readStatus(main.pid, 'VmRSS'))
      }, 25)
    },
  })
  clearInterval(timer)
  if (step.outputs.outcome !== 'completed') throw new Error(step.log.slice(-2000))
  return peak
}

function readStatus(pid: number | undefined, name: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1000
  } catch {
    return 0
  }
}

function readResult({ outputs }: StepResult): Result {
  const path = `${outputs['run-directory']}/run.json`
  return resultSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
}
