import { once } from 'node:events'
import http from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { type Broker, startBroker } from '../../../src/providers/broker/broker.ts'
import type { Call } from '../../../src/providers/broker/calls.ts'
import type { Route, Slot } from '../../../src/providers/broker/route.ts'
import { modelCall } from '../../../src/providers/broker/target.ts'
import { startProvider } from '../../support/provider.ts'

const key = 'sk-theRealKeyOfTheProvider'
const placeholder = 'placeholder-0123'
const { signal: limit } = new AbortController()

type Started = AsyncDisposable & { readonly broker: Broker; readonly calls: readonly Call[] }

async function start(env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const calls: Call[] = []
  const broker = await startBroker({ env, onCall: (call) => calls.push(call) }, limit)
  return { broker, calls, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() }
}

/** The first call, once it is over. */
async function callOf({ calls }: Started): Promise<Call | undefined> {
  while (calls.length === 0) await sleep(5, undefined, { signal: limit })
  return calls[0]
}

const bearer: Slot = {
  part: 'header',
  name: 'authorization',
  text: `Bearer ${placeholder}`,
  value: `Bearer ${key}`,
}
const calls = ['/responses', '/messages', '/chat/completions'].map((path) => modelCall(path))

function routeTo(origin: string, difference: Partial<Route> = {}): Route {
  const base = `${origin}/v1`
  return { provider: 'p', base, calls, slots: [bearer], secrets: [key], ...difference }
}

const authorized = { authorization: `Bearer ${placeholder}`, 'content-type': 'application/json' }

async function post(url: string, init: RequestInit = {}) {
  return await fetch(url, { method: 'POST', headers: authorized, body: '{}', ...init })
}

test('two providers get their own keys, in the header or the query where the action put a placeholder', async () => {
  await using one = await startProvider((response) => response.end('one'))
  await using two = await startProvider((response) => response.end('two'))
  await using started = await start()
  const other = 'a key/of another&provider'
  const first = started.broker.open(routeTo(one.origin))
  const slots: Slot[] = [
    { part: 'header', name: 'x-api-key', text: 'placeholder-other', value: other },
    { part: 'query', name: 'key', text: 'placeholder-other', value: other },
    { part: 'query', name: 'a', text: ' b', value: ' b' },
  ]
  const second = started.broker.open(routeTo(two.origin, { provider: 'q', slots }))
  const headers = { 'x-api-key': 'placeholder-other' }
  await (await post(`${first}/responses`)).text()
  await (await post(`${second}/messages?key=placeholder-other&a=%20b`, { headers })).text()
  expect(one.received).toMatchObject([
    { url: '/v1/responses', headers: { authorization: `Bearer ${key}` }, body: '{}' },
  ])
  const query = new URLSearchParams({ key: other, a: ' b' })
  expect(two.received).toMatchObject([
    { url: `/v1/messages?${query}`, headers: { 'x-api-key': other } },
  ])
  expect(one.received[0]?.headers).toMatchObject({ 'accept-encoding': 'identity' })
  expect(one.received[0]?.headers.host).toBe(new URL(one.origin).host)
})

test.each<Record<string, string>>([
  { authorization: placeholder },
  { authorization: `bearer ${placeholder}` },
  { authorization: `Bearer  ${placeholder}` },
  { authorization: `Bearer ${placeholder}${placeholder}` },
  { authorization: `Basic ${placeholder}` },
  { authorization: `Bearer x${placeholder}` },
  { authorization: `Bearer ${placeholder.toUpperCase()}` },
  { 'x-api-key': placeholder },
  { 'openai-echo': `Bearer ${placeholder}` },
  { 'openai-project': placeholder },
  { 'user-agent': placeholder },
  { 'content-type': `text/plain; x=${placeholder}` },
  { cookie: placeholder },
  { 'x-portkey-custom-host': 'https://evil.example', authorization: placeholder },
])('no key comes with %j', async (headers) => {
  await using provider = await startProvider((response) => response.end('ok'))
  await using started = await start()
  for (const calls of [routeTo('').calls, undefined]) {
    const url = started.broker.open(routeTo(provider.origin, { calls }))
    await post(`${url}/responses`, { headers, body: `{"x":"${placeholder}"}` })
  }
  expect(provider.received).toHaveLength(2)
  expect(JSON.stringify(provider.received)).not.toContain(key)
  expect(provider.received[0]?.body).toBe(`{"x":"${placeholder}"}`)
})

test('a placeholder works only in its own place: not in a query instead of a header, nor under another name', async () => {
  await using provider = await startProvider((response) => response.end('ok'))
  await using started = await start()
  const slots: Slot[] = [
    { part: 'header', name: 'x-key', text: 'placeholder-header', value: key },
    { part: 'query', name: 'key', text: 'placeholder-query', value: key },
  ]
  const headers = { 'x-key': 'placeholder-query', key: 'placeholder-query' }
  const queries = ['x-key=placeholder-header', 'other=placeholder-query', 'key=placeholder-header']
  for (const calls of [routeTo('').calls, undefined]) {
    const url = started.broker.open(routeTo(provider.origin, { calls, slots }))
    expect((await post(`${url}/responses`, { headers })).status).toBe(200)
    for (const query of queries)
      expect((await post(`${url}/responses?${query}`)).status).toBe(calls ? 403 : 200)
  }
  expect(provider.received).toHaveLength(5)
  expect(JSON.stringify(provider.received)).not.toContain(key)
})

test('the provider gets only the headers of the SDKs and of the configuration', async () => {
  await using provider = await startProvider((response) => response.end('ok'))
  await using started = await start()
  const configured = { part: 'header', name: 'x-title', text: 'A', value: 'A' } as const
  const own = { part: 'header', name: 'x-own', text: 'b', value: 'b' } as const
  const url = started.broker.open(routeTo(provider.origin, { slots: [bearer, configured, own] }))
  const taken = {
    'anthropic-beta': 'a',
    'openai-project': 'b',
    'x-session-id': 'c',
    'x-parent-session-id': 'd',
    'ai-language-model-id': 'e',
    'x-own': 'other',
  }
  const left = {
    'x-portkey-custom-host': 'https://evil.example',
    'helicone-target-url': 'https://evil.example',
    'x-goog-api-client': 'x',
    'x-http-method-override': 'GET',
    cookie: 'a=b',
  }
  await post(`${url}/responses`, { headers: { ...authorized, ...taken, ...left } })
  const headers = provider.received[0]?.headers
  expect(headers).toMatchObject({ ...taken, authorization: `Bearer ${key}` })
  for (const name of Object.keys(left)) expect(headers).not.toHaveProperty([name])
})

test('user and password of a base URL are sent, unless there is a key', async () => {
  await using provider = await startProvider((response) => response.end())
  await using started = await start()
  const origin = provider.origin.replace('//', '//user:the%20password@')
  const url = started.broker.open(routeTo(origin))
  await post(`${url}/responses`, { headers: {} })
  await post(`${url}/responses`)
  const basic = `Basic ${Buffer.from('user:the password').toString('base64')}`
  expect(provider.received.map(({ headers }) => headers.authorization)).toEqual([
    basic,
    `Bearer ${key}`,
  ])
})

/** A request as it is written, to the end of its answer's head. */
async function raw(port: string, head: string): Promise<string> {
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(`${head}\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
  return (await text(socket)).split('\r\n')[0] ?? ''
}

test('everything except a model call below the provider’s own address is rejected', async () => {
  await using provider = await startProvider((response) => response.end())
  await using started = await start()
  const { port, pathname } = new URL(started.broker.open(routeTo(provider.origin)))
  const other = new URL(started.broker.open(routeTo(provider.origin, { provider: 'q' })))
  const token = pathname.split('/')[1]
  const refused = {
    [`POST /${'x'.repeat(32)}/p/responses`]: 404,
    [`POST /${token}/q/responses`]: 404,
    [`POST ${other.pathname.replace(/q$/, 'p')}/responses`]: 404,
    [`GET ${pathname}/responses`]: 405,
    [`DELETE ${pathname}/responses`]: 405,
    [`GET ${pathname}/models`]: 405,
    [`POST ${pathname}/files`]: 403,
    [`POST ${pathname}/threads/t/messages`]: 403,
    [`POST ${pathname}/conversations/c/messages`]: 403,
    [`POST ${pathname}/messages/batches`]: 403,
    [`POST ${pathname}/messages/count_tokens`]: 403,
    [`POST ${pathname}/responses/compact`]: 403,
    [`POST ${pathname}/responses/r/cancel`]: 403,
    [`POST ${pathname}/v1/responses`]: 403,
    [`POST ${pathname}/Responses`]: 403,
    [`POST ${pathname}/embeddings`]: 403,
    [`POST ${pathname}/completions`]: 403,
    [`POST ${pathname}/models/m:generateContent`]: 403,
    [`POST ${pathname}/responses?key=x`]: 403,
    [`POST ${pathname}/responses?key=${placeholder}`]: 403,
    [`POST ${pathname}/responses?`]: 200,
    [`POST ${pathname}/files;/chat/completions`]: 400,
    [`POST ${pathname}/%66iles/chat/completions`]: 400,
    [`POST ${pathname}/chat%2fcompletions`]: 400,
    [`POST ${pathname}/responses/`]: 400,
    [`POST ${pathname}/../responses`]: 400,
    [`POST ${pathname}/%2e%2e/responses`]: 400,
    [`POST ${pathname}//evil.example/responses`]: 400,
    [`POST http://evil.example${pathname}/responses`]: 400,
    [`POST ${pathname}/responses HTTP/1.1\r\nAuthorization: a\r\nauthorization: b\r\nX:`]: 400,
    [`POST ${pathname}/responses HTTP/1.1\r\nX-A: a\r\nx-a: b\r\nX:`]: 400,
    [`POST ${pathname}/responses HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\nX:`]: 405,
    'CONNECT evil.example:443': 405,
    [`GET ${pathname}/responses HTTP/1.1\r\nUpgrade: websocket\r\nX:`]: 405,
    [`PUT ${pathname}/responses`]: 405,
    [`HEAD ${pathname}/responses`]: 405,
    [`PROPFIND ${pathname}/responses`]: 405,
  }
  for (const [head, status] of Object.entries(refused))
    expect([head, await raw(port, `${head} HTTP/1.1`)]).toEqual([
      head,
      expect.stringContaining(` ${status} `),
    ])
  expect(provider.received.map(({ url }) => url)).toEqual(['/v1/responses'])
  expect(started.calls).toHaveLength(1)
})

test('an SDK that opencode does not bundle may call other plain paths, but only with POST', async () => {
  await using provider = await startProvider((response) => response.end('ok'))
  await using started = await start()
  const url = started.broker.open(routeTo(provider.origin, { calls: undefined }))
  const headers = { ...authorized, 'x-of-the-sdk': 'a' }
  expect((await post(`${url}/own/path@1:run?a=b`, { headers })).status).toBe(200)
  expect(provider.received[0]?.headers).toMatchObject({ 'x-of-the-sdk': 'a' })
  expect((await fetch(`${url}/own/path`)).status).toBe(405)
  for (const path of ['/own%2fpath', '/%6fwn/path', '/own;/path', '/own/path/', '/own//path'])
    expect([path, (await post(url + path)).status]).toEqual([path, 400])
  expect((await post(`${url}/own?a=b&a=c`)).status).toBe(403)
  expect((await post(`${url}/own?key=${placeholder}`)).status).toBe(200)
  expect(provider.received.map((one) => one.url)).toEqual([
    '/v1/own/path@1:run?a=b',
    `/v1/own?key=${placeholder}`,
  ])
})

test('5 MB are streamed: each chunk arrives before the next is sent, and request bodies are streamed, too', async () => {
  const piece = Buffer.alloc(50_000, 'x')
  const next: (() => void)[] = []
  await using provider = await startProvider(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let sent = 0; sent < 100; sent++) {
      response.write(piece)
      await new Promise<void>((resolve) => next.push(resolve))
    }
    response.end()
  })
  await using started = await start()
  const url = started.broker.open(routeTo(provider.origin))
  const sent = 'y'.repeat(3_000_000)
  const { body } = await post(`${url}/chat/completions`, { body: sent })
  let [bytes, pieces] = [0, 0]
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    // The provider goes on only once all of its piece has arrived.
    while (bytes >= (pieces + 1) * piece.length) {
      pieces += 1
      await Promise.resolve(next.shift()?.())
    }
  }
  expect(bytes).toBe(5_000_000)
  expect(provider.received[0]?.body).toHaveLength(sent.length)
  expect(provider.received[0]?.headers['content-length']).toBe(String(sent.length))
  expect(await callOf(started)).toMatchObject({
    status: 200,
    sentBytes: sent.length,
    receivedBytes: bytes,
  })
})

test('an agent that does not read slows the provider down and does not use up memory', async () => {
  const total = 200 * 1024 * 1024
  let written = 0
  await using provider = await startProvider(async (response) => {
    response.writeHead(200, { 'content-type': 'text/plain' })
    const piece = Buffer.alloc(1024 * 1024)
    for (written = 0; written < total && !response.destroyed; written += piece.length)
      if (!response.write(piece))
        await Promise.race([once(response, 'drain'), once(response, 'close')])
  })
  await using started = await start()
  const url = started.broker.open(routeTo(provider.origin))
  const request = http.request(`${url}/responses`, { method: 'POST', headers: authorized })
  request.end('{}')
  const [response] = await once(request, 'response')
  let before = -1
  while (before !== written) {
    before = written
    await sleep(300)
  }
  expect(written).toBeLessThan(total / 4)
  response.destroy()
})

test.each([
  { status: 400, headers: {} },
  { status: 401, headers: { 'www-authenticate': 'Bearer' } },
  { status: 429, headers: { 'retry-after': '64', 'x-ratelimit-remaining': '0' } },
  { status: 500, headers: {} },
  { status: 529, headers: {} },
])('a provider’s $status is passed on with its headers and body', async ({ status, headers }) => {
  const body = JSON.stringify({ error: { message: 'No.' } })
  await using provider = await startProvider((response) =>
    response.writeHead(status, headers).end(body),
  )
  await using started = await start()
  const answer = await post(`${started.broker.open(routeTo(provider.origin))}/responses`)
  expect(answer.status).toBe(status)
  expect(Object.fromEntries(answer.headers)).toMatchObject(headers)
  expect(await answer.text()).toBe(body)
  expect(started.broker.lastProgress([])).toBe(0)
  expect(await callOf(started)).toMatchObject({ provider: 'p', status, receivedBytes: body.length })
})

test('a provider that can’t be reached is reported as a failed connection that can be retried', async () => {
  await using started = await start()
  const url = started.broker.open(routeTo('http://127.0.0.1:9'))
  const answer = await post(`${url}/responses`, { body: 'x'.repeat(1_000_000) })
  expect(answer.status).toBe(502)
  expect(await answer.json()).toMatchObject({
    error: { message: 'Cannot connect to API (127.0.0.1:9): connect ECONNREFUSED 127.0.0.1:9' },
  })
  expect(await callOf(started)).toMatchObject({ error: expect.stringContaining('ECONNREFUSED') })
})

test('an answer in an encoding that hides a key is not passed on', async () => {
  await using provider = await startProvider((response) =>
    response.writeHead(200, { 'content-encoding': 'zstd' }).end(key),
  )
  await using started = await start()
  const answer = await post(`${started.broker.open(routeTo(provider.origin))}/responses`)
  expect(answer.status).toBe(502)
  expect(await answer.text()).toContain("can't decode the encoding zstd")
})

test('a stream that the provider aborts is aborted for opencode, too', async () => {
  await using provider = await startProvider((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: half\n\n', () => setTimeout(() => response.socket?.resetAndDestroy(), 50))
  })
  await using started = await start()
  const answer = await post(`${started.broker.open(routeTo(provider.origin))}/responses`)
  await expect(answer.text()).rejects.toThrow()
  expect(started.broker.lastProgress([])).toBeGreaterThan(0)
  expect(await callOf(started)).toMatchObject({ status: 200, error: expect.any(String) })
})

test('when opencode closes its connection, the broker closes the provider’s', async () => {
  const left = Promise.withResolvers<void>()
  await using provider = await startProvider((response) => {
    response.once('close', () => left.resolve())
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: x\n\n')
  })
  await using started = await start()
  const leaving = new AbortController()
  const url = started.broker.open(routeTo(provider.origin))
  await post(`${url}/responses`, { signal: leaving.signal })
  leaving.abort()
  await left.promise
  expect(await callOf(started)).toMatchObject({ error: 'opencode left' })
})

test('a broker that ends closes its open connections and has recorded their calls', async () => {
  const left = Promise.withResolvers<void>()
  await using provider = await startProvider((response) => {
    response.once('close', () => left.resolve())
    response.flushHeaders()
  })
  const started = await start()
  const answer = await post(`${started.broker.open(routeTo(provider.origin))}/responses`)
  await started.broker[Symbol.asyncDispose]()
  await left.promise
  await expect(answer.text()).rejects.toThrow()
  expect(started.calls).toHaveLength(1)
})

test('a key that a provider repeats is removed from headers, from several chunks and from a compressed body', async () => {
  await using provider = await startProvider(async (response, { url = '' }) => {
    const headers = { 'x-seen': `Bearer ${key}`, 'content-type': 'text/event-stream' }
    if (url.endsWith('messages')) {
      const zipped = { ...headers, 'content-encoding': 'gzip' }
      response.writeHead(401, zipped).end(gzipSync(`bad key ${key}`))
      return
    }
    response.writeHead(401, headers).write(`data: bad key ${key.slice(0, 9)}`)
    await sleep(50)
    response.end(`${key.slice(9)}\n\n`)
  })
  await using started = await start()
  const url = started.broker.open(routeTo(provider.origin))
  const plain = await post(`${url}/responses`)
  expect(plain.headers.get('x-seen')).toBe('Bearer ***')
  expect(await plain.text()).toBe('data: bad key ***\n\n')
  expect(await (await post(`${url}/messages`)).text()).toBe('bad key ***')
})

test('a redirect is neither followed nor passed on', async () => {
  await using elsewhere = await startProvider((response) => response.end('caught'))
  await using provider = await startProvider((response) =>
    response.writeHead(307, { location: `${elsewhere.origin}/v1/responses` }).end(),
  )
  await using started = await start()
  const answer = await post(`${started.broker.open(routeTo(provider.origin))}/responses`)
  expect(answer.status).toBe(421)
  expect(answer.headers.has('location')).toBe(false)
  expect(await answer.text()).toContain(`redirect (HTTP 307) to ${elsewhere.origin}`)
  expect(elsewhere.received).toHaveLength(0)
})

test('the broker uses the runner’s proxy for providers, but not for this machine', async () => {
  const asked: string[] = []
  const proxy = http.createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('by proxy')
  })
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.end('HTTP/1.1 502 No\r\n\r\n')
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  await using provider = await startProvider((response) => response.end('direct'))
  const address = proxy.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  await using started = await start({
    https_proxy: url,
    HTTP_PROXY: url,
    no_proxy: 'intranet.test',
  })
  const local = await post(`${started.broker.open(routeTo(provider.origin))}/responses`)
  expect(await local.text()).toBe('direct')
  const far = started.broker.open(routeTo('https://api.provider.test'))
  expect((await post(`${far}/responses`)).status).toBe(502)
  const inside = started.broker.open(routeTo('https://host.intranet.test'))
  expect((await post(`${inside}/responses`)).status).toBe(502)
  expect(asked).toEqual(['api.provider.test:443'])
  proxy.close()
})
