import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createGate } from '../../src/trust/gate.ts'

const secret = 'the-secret-of-the-provider'
/** In two pieces, so that this file holds none. */
const token = `AKIA${'Q3EGRTT7NOQLZXCV'}`
const never = new AbortController().signal

function folderWith(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return {
    paths: readdirSync(folder).map((name) => join(folder, name)),
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    names: () => readdirSync(folder),
  }
}

test('every string of a value is cleaned, and what was found is named without its value', async () => {
  const gate = createGate([secret])
  const value = {
    a: [`x ${secret}`, 1, undefined],
    b: { c: Buffer.from(secret).toString('base64') },
  }
  expect(await gate.clean(value)).toEqual({ a: ['x ***', 1, undefined], b: { c: '***=' } })
  expect(gate.found()).toEqual([
    { kind: 'known-secret', encoding: 'plain' },
    { kind: 'known-secret', encoding: 'base64' },
  ])
})

test('a secret with something invisible in it is found as a reader would see it', async () => {
  const [first, second] = [token.slice(0, 9), token.slice(9)]
  const gate = createGate([secret])
  for (const hidden of ['<!-- x -->', '\u200b', '\u2060'])
    expect(await gate.clean(`a ${first}${hidden}${second} b`)).toBe('a *** b')
  const harmless = 'a <!-- note --> b\u200bc'
  expect(await gate.clean(harmless)).toBe(harmless)
})

test('a token in JSON is found behind an escaped line break, and the JSON stays what it is', async () => {
  const events = [`So:\n${token}`, `Tab:\t${token}`, 'C:\\new\\table\r\n'].map((text) =>
    JSON.stringify({ text }),
  )
  const folder = folderWith({ 'events.ndjson': `${events.join('\n')}\n`, 'answer.md': token })
  expect(await createGate([]).cleanFiles(folder.paths, never)).toEqual([])
  const lines = folder.read('events.ndjson').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).text)).toEqual([
    'So:\n***',
    'Tab:\t***',
    'C:\\new\\table\r\n',
  ])
  expect(folder.read('answer.md')).toBe('***')
})

test('JSON without secrets stays byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), async (json) => {
      const folder = folderWith({ 'transcript.json': json })
      await createGate([secret]).cleanFiles(folder.paths, never)
      expect(folder.read('transcript.json')).toBe(json)
    }),
    { numRuns: 50 },
  )
})

test('a file for which there is no time is removed, and named', async () => {
  const folder = folderWith({ 'server.log': secret })
  const removed = await createGate([secret]).cleanFiles(folder.paths, AbortSignal.abort())
  expect(removed).toEqual(folder.paths)
  expect(folder.names()).toEqual([])
})
