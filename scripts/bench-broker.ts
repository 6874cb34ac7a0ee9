import http from 'node:http'
import { Agent, request } from 'undici'
import { close, listen } from '../src/loopback.ts'
import { startBroker } from '../src/providers/broker/broker.ts'
import { modelCall } from '../src/providers/broker/target.ts'

const samples = 400
/** About as much as opencode's first request. */
const body = JSON.stringify({ messages: [{ content: 'x'.repeat(32_000) }] })
const answer = `data: ${JSON.stringify({ choices: [{ delta: { content: 'x' } }] })}\n\n`

/** Median milliseconds of a model call to a provider on this machine, alternately direct and through the broker. */
export async function measureBroker(): Promise<{ direct: number; brokered: number }> {
  const provider = http.createServer((incoming, response) => {
    incoming.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer.repeat(20))
    })
  })
  const base = `http://127.0.0.1:${await listen(provider)}/v1`
  const limit = AbortSignal.timeout(120_000)
  await using broker = await startBroker({ env: {}, onCall: () => undefined }, limit)
  const route = broker.open({
    provider: 'bench',
    base,
    calls: [modelCall('/chat/completions')],
    slots: [
      {
        part: 'header',
        name: 'authorization',
        text: 'Bearer placeholder',
        value: 'Bearer sk-theKeyOfTheProvider',
      },
    ],
    secrets: ['sk-theKeyOfTheProvider'],
  })
  const client = new Agent()
  const call = async (url: string) => {
    const started = performance.now()
    const headers = { authorization: 'Bearer placeholder', 'content-type': 'application/json' }
    const options = { method: 'POST', headers, body, dispatcher: client } as const
    const response = await request(`${url}/chat/completions`, options)
    await response.body.dump()
    return performance.now() - started
  }
  const times = { direct: [] as number[], brokered: [] as number[] }
  for (let sample = 0; sample < samples; sample++) {
    times.direct.push(await call(base))
    times.brokered.push(await call(route))
  }
  await client.close()
  await close(provider)
  return { direct: median(times.direct), brokered: median(times.brokered) }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
