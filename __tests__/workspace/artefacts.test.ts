import { expect, test } from '@jest/globals'
import { isArtefact, isEditedByOpencode, isOpencodesEdit } from '../../src/workspace/artefacts.ts'

test.each([
  ['.opencode/node_modules/a/index.js', true],
  ['.opencode/.gitignore', true],
  ['.opencode/package.json', true],
  ['.opencode/package-lock.json', true],
  ['.opencode/bun.lock', true],
  ['.opencode/plans/a plan\n.md', true],
  ['app/.opencode/bun.lock', true],
  ['.opencode/agent/reviewer.md', false],
  ['.opencode/plugin/package.json', false],
  ['my.opencode/package.json', false],
  ['package.json', false],
])('a new %j is made by opencode: %j', (path, expected) => {
  expect(isArtefact(path)).toBe(expected)
})

test.each(['opencode.json', 'opencode.jsonc', '.opencode/opencode.json', '.opencode/package.json'])(
  'opencode itself edits %s',
  (path) => expect(isEditedByOpencode(path)).toBe(true),
)

test.each(['package.json', 'my-opencode.json', 'opencode.json.md'])(
  'opencode itself does not edit %s',
  (path) => expect(isEditedByOpencode(path)).toBe(false),
)

const schema = '  "$schema": "https://opencode.ai/config.json",'

test.each([
  ['the schema line', '{\n  "a": 1\n}\n', `{\n${schema}\n  "a": 1\n}\n`, true],
  ['the schema line in one-line JSON', ' {"a": 1}', `{\n${schema}"a": 1}`, true],
  ['the schema line among CRLF lines', '{\r\n  "a": 1\r\n}', `{\n${schema}\r\n  "a": 1\r\n}`, true],
  ['the schema line and more', '{\n  "a": 1\n}\n', `{\n${schema}\n  "a": 2\n}\n`, false],
  ['another schema', '{\n  "a": 1\n}\n', '{\n  "$schema": "x",\n  "a": 1\n}\n', false],
])('%s in a configuration', (_, before, after, expected) => {
  expect(isOpencodesEdit('opencode.jsonc', before, after)).toBe(expected)
})

const plugin = { '@opencode-ai/plugin': '1.2.3' }

test.each([
  ['the plugin', {}, { dependencies: plugin }, true],
  [
    'the plugin of another version',
    { dependencies: { '@opencode-ai/plugin': '1' } },
    { dependencies: plugin },
    true,
  ],
  [
    'the plugin beside others',
    { dependencies: { b: '1' } },
    { dependencies: { ...plugin, b: '1' } },
    true,
  ],
  ['another dependency', {}, { dependencies: { ...plugin, b: '1' } }, false],
  ['a script', {}, { scripts: { postinstall: 'x' }, dependencies: plugin }, false],
])('%s in the package of an .opencode folder', (_, before, after, expected) => {
  const [was, is] = [JSON.stringify(before), JSON.stringify(after, undefined, 2)]
  expect(isOpencodesEdit('.opencode/package.json', was, is)).toBe(expected)
})

test('a package that is not JSON is not an edit of opencode', () => {
  expect(isOpencodesEdit('.opencode/package.json', '{}', '{')).toBe(false)
})
