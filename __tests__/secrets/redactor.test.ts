import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { openRedactor } from '../../src/secrets/redactor.ts'

const file = join(import.meta.dirname, '..', '..', 'src', 'secrets', 'worker.ts')
const secret = 'the-secret-of-the-provider'
const token = `ghp_${'aB3d'.repeat(9)}`
const never = new AbortController().signal

const redactor = openRedactor({ file, values: () => [secret] })
afterAll(async () => {
  await redactor[Symbol.asyncDispose]()
})

function folderWith(files: Readonly<Record<string, string | Buffer>>) {
  const folder = mkdtempSync(join(tmpdir(), 'redactor-'))
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  for (const path of [from, to]) mkdirSync(path)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(from, name), text)
  return {
    moves: readdirSync(from).map((name) => ({ from: join(from, name), to: join(to, name) })),
    left: () => readdirSync(from),
    names: () => readdirSync(to),
    read: (name: string) => readFileSync(join(to, name)),
  }
}

test('every string of a value is cleaned, and what was found is named without its value', async () => {
  await using fresh = openRedactor({ file, values: () => [secret] })
  const value = {
    a: [`x ${secret}`, 1, undefined],
    b: { c: Buffer.from(secret).toString('base64') },
  }
  expect(await fresh.clean(value, never)).toEqual({ a: ['x ***', 1, undefined], b: { c: '***I=' } })
  expect(fresh.found()).toEqual(['known value, plain', 'known value, base64'])
})

test('a value that became known since the last question is found', async () => {
  const values = ['first-secret']
  await using fresh = openRedactor({ file, values: () => values })
  expect(await fresh.clean('first-secret later-secret', never)).toBe('*** later-secret')
  values.push('later-secret')
  expect(await fresh.clean('first-secret later-secret', never)).toBe('*** ***')
})

test('files reach their place without secrets, and nothing stays where they were', async () => {
  const events = [`So:\n${token}`, 'C:\\new\\table\r\n'].map((text) => JSON.stringify({ text }))
  const folder = folderWith({
    'events.ndjson': `${events.join('\n')}\n`,
    'answer.md': `\uFEFF${token} of ${secret}`,
  })
  await using fresh = openRedactor({ file, values: () => [secret] })
  for (const move of folder.moves) await fresh.moveFile(move, never)
  expect(fresh.found()).toHaveLength(2)
  expect(folder.left()).toEqual([])
  expect(folder.names().sort()).toEqual(['answer.md', 'events.ndjson'])
  const lines = `${folder.read('events.ndjson')}`.trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).text)).toEqual(['So:\n***', 'C:\\new\\table\r\n'])
  expect(`${folder.read('answer.md')}`).toBe('\uFEFF*** of ***')
})

test('a text file without secrets stays byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
      async (text) => {
        const folder = folderWith({ 'transcript.json': text })
        for (const move of folder.moves) await redactor.moveFile(move, never)
        expect(folder.read('transcript.json')).toEqual(Buffer.from(text))
      },
    ),
    { numRuns: 50 },
  )
})

test('of a patch the files with a secret are left out, and the others stay byte for byte', async () => {
  const part = (name: string, content: Buffer) =>
    Buffer.concat([
      Buffer.from(`diff --git a/${name} b/${name}\n@@ -0,0 +1 @@\n+`),
      content,
      Buffer.from('\n'),
    ])
  const good = [part('a', Buffer.from([0xff, 0xe4, 0])), part('c', Buffer.from('diff --git x'))]
  const bad = [part('b', Buffer.from(secret)), part('d', Buffer.from(token, 'utf16le'))]
  const whole = [good[0], bad[0], good[1], bad[1]].map((one) => one ?? Buffer.alloc(0))
  const folder = folderWith({ 'changes.patch': Buffer.concat(whole) })
  for (const move of folder.moves) await redactor.moveFile(move, never)
  expect(folder.read('changes.patch')).toEqual(Buffer.concat(good))
})

test('a file whose place is taken leaves nothing beside it', async () => {
  const folder = folderWith({ 'a.md': 'text' })
  const [move = { from: '', to: '' }] = folder.moves
  mkdirSync(move.to)
  await expect(redactor.moveFile(move, never)).rejects.toThrow('EISDIR')
  expect(folder.names()).toEqual(['a.md'])
  expect(folder.left()).toEqual(['a.md'])
})

test('a file that can’t be read is refused, and the next is cleaned', async () => {
  const folder = folderWith({ 'a.md': secret })
  const [move = { from: '', to: '' }] = folder.moves
  await expect(redactor.moveFile({ ...move, from: `${move.from}.gone` }, never)).rejects.toThrow(
    'ENOENT',
  )
  await redactor.moveFile(move, never)
  expect(folder.names()).toEqual(['a.md'])
})

/** Threads that never answer: in JavaScript, within one expression, and without doing anything. */
const hung = {
  loops: 'while (true);',
  'is in one expression': "/^(a+)+$/.test('a'.repeat(50) + 'b')",
  waits: '',
} as const

test.each(Object.entries(hung))(
  'a thread that %s is ended at its deadline, while this one goes on, and nothing is let through',
  async (_, work) => {
    const folder = folderWith({ 'a.md': secret })
    const script = join(mkdtempSync(join(tmpdir(), 'redactor-')), 'worker.mjs')
    const begin = "import { parentPort } from 'node:worker_threads'\n"
    writeFileSync(script, `${begin}parentPort.on('message', () => { ${work} })\n`)
    await using slow = openRedactor({ file: script, values: () => [secret], limitMs: 300 })
    const ticks = { count: 0 }
    const timer = setInterval(() => ticks.count++, 10)
    const late = 'The text could not be checked for secrets in time.'
    await expect(slow.clean({ text: secret }, never)).rejects.toThrow(late)
    clearInterval(timer)
    expect(ticks.count).toBeGreaterThan(5)
    for (const move of folder.moves) await expect(slow.moveFile(move, never)).rejects.toThrow(late)
    await expect(slow.find(secret, never)).rejects.toThrow(late)
    await expect(slow.ready(never)).rejects.toThrow(late)
    expect(folder.names()).toEqual([])
  },
)

test('a signal ends the thread as a deadline does, and what waits behind is refused with it', async () => {
  const script = join(mkdtempSync(join(tmpdir(), 'redactor-')), 'worker.mjs')
  writeFileSync(
    script,
    "import { parentPort } from 'node:worker_threads'\nparentPort.on('message', () => { while (true); })\n",
  )
  await using slow = openRedactor({ file: script, values: () => [] })
  const cancelled = new AbortController()
  const questions = [slow.clean('a', cancelled.signal), slow.clean('b', never)]
  cancelled.abort()
  for (const question of questions) await expect(question).rejects.toThrow('in time')
  await expect(slow.clean('c', never)).rejects.toThrow('in time')
  await using other = openRedactor({ file: script, values: () => [] })
  await expect(other.clean('d', AbortSignal.abort())).rejects.toThrow('in time')
})

test.each(['throw new Error("defect")', 'process.exit(3)', 'not JavaScript'])(
  'a thread that breaks off lets nothing through: %s',
  async (source) => {
    const script = join(mkdtempSync(join(tmpdir(), 'redactor-')), 'worker.mjs')
    writeFileSync(script, source)
    await using broken = openRedactor({ file: script, values: () => [] })
    await expect(broken.clean('a', never)).rejects.toThrow(
      'could not be checked for secrets: the check',
    )
  },
)

test('a redactor that is loaded does not read its file again', async () => {
  const script = join(mkdtempSync(join(tmpdir(), 'redactor-')), basename('worker.mjs'))
  const answer =
    "import { parentPort } from 'node:worker_threads'\nparentPort.on('message', ({ id }) => parentPort.postMessage({ id, strings: ['first'] }))\n"
  writeFileSync(script, answer)
  await using loaded = openRedactor({ file: script, values: () => [] })
  await loaded.ready(never)
  writeFileSync(script, answer.replace('first', 'second'))
  expect(await loaded.clean('x', never)).toBe('first')
})

/** A process that opens a redactor whose thread runs this, and never closes it. */
async function runProcess(thread: string, work: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'redactor-'))
  const [script, worker] = [join(folder, 'main.ts'), join(folder, 'worker.mjs')]
  const from = join(import.meta.dirname, '..', '..', 'src', 'secrets', 'redactor.ts')
  writeFileSync(worker, `import { parentPort } from 'node:worker_threads'\n${thread}`)
  writeFileSync(
    script,
    `import { openRedactor } from ${JSON.stringify(from)}
const redactor = openRedactor({ file: ${JSON.stringify(worker)}, values: () => [] })
${work}`,
  )
  return (await promisify(execFile)(process.execPath, [script], { timeout: 20_000 })).stdout
}

const late = `parentPort.on('message', ({ id }) => {
  setTimeout(() => parentPort.postMessage({ id, strings: ['late'] }), 1000)
})`

test('a process waits for an answer, and ends when it asks nothing more', async () => {
  const ask = "console.log(await redactor.clean('a', new AbortController().signal))"
  expect(await runProcess(late, ask)).toBe('late\n')
})

test('a process that asks nothing ends', async () => {
  expect(await runProcess(late, "console.log('end')")).toBe('end\n')
})

test('a thread that is ended does nothing more', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'redactor-'))
  const [script, pipe] = [join(folder, 'worker.mjs'), join(folder, 'pipe')]
  execFileSync('mkfifo', [pipe])
  writeFileSync(
    script,
    `import { openSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
parentPort.on('message', () => { openSync(${JSON.stringify(pipe)}, 'w'); while (true); })
`,
  )
  await using slow = openRedactor({ file: script, values: () => [] })
  const stop = new AbortController()
  const question = slow.clean('a', stop.signal)
  const held = createReadStream(pipe)
  await once(held, 'open')
  stop.abort()
  await expect(question).rejects.toThrow('in time')
  await once(held.resume(), 'end', { signal: AbortSignal.timeout(170_000) })
})

test('a question whose signal is aborted after its answer ends nothing', async () => {
  await using fresh = openRedactor({ file, values: () => [secret] })
  const cancelled = new AbortController()
  expect(await fresh.clean(secret, cancelled.signal)).toBe('***')
  cancelled.abort()
  expect(await fresh.clean(secret, never)).toBe('***')
})

test('a redactor that is closed lets nothing through', async () => {
  const closed = openRedactor({ file, values: () => [secret] })
  await closed[Symbol.asyncDispose]()
  await expect(closed.clean('text', never)).rejects.toThrow('the check had ended')
})

test('a text that the thread did not answer for is left out', async () => {
  const script = join(mkdtempSync(join(tmpdir(), 'redactor-')), 'worker.mjs')
  writeFileSync(
    script,
    `import { parentPort } from 'node:worker_threads'
parentPort.on('message', ({ id }) => parentPort.postMessage({ id, strings: [] }))`,
  )
  await using short = openRedactor({ file: script, values: () => [] })
  expect(await short.clean(['a'], never)).toEqual([''])
})

test('the thread gets no environment and no options of Node.js, which could make it print what it reads', async () => {
  const script = join(mkdtempSync(join(tmpdir(), 'redactor-')), 'worker.mjs')
  writeFileSync(
    script,
    `import { parentPort } from 'node:worker_threads'
parentPort.on('message', ({ id }) =>
  parentPort.postMessage({ id, strings: [[...Object.keys(process.env), ...process.execArgv].join()] }))`,
  )
  await using bare = openRedactor({ file: script, values: () => [] })
  expect(await bare.clean('x', never)).toBe('')
})
