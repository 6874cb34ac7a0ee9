import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { dirname, join } from 'node:path'
import { env } from 'node:process'

const { PATH } = env

const files = {
  'README.md': `# parcel-price

Prices a parcel by its weight and the zone that it goes to.

## Use

\`\`\`sh
node src/cli.js 12.5 island
\`\`\`

A parcel weighs up to 30 kg.
`,
  'package.json': `{
  "name": "parcel-price",
  "version": "1.2.0",
  "private": true,
  "type": "module",
  "scripts": {
    "test": "node --test"
  }
}
`,
  'src/charge.js': `import { surcharge } from './zones.js'

const bands = [
  { upTo: 2, price: 4.5 },
  { upTo: 10, price: 7.9 },
  { upTo: 30, price: 14.9 },
]

/** The price in euros of a parcel of so many kilograms to a zone. */
export function charge(kilograms, zone) {
  const band = bands.find(({ upTo }) => kilograms < upTo)
  // TODO: a parcel of exactly 30 kg is refused
  if (!band) throw new RangeError(\`No price for \${kilograms} kg\`)
  return band.price + surcharge(zone)
}
`,
  'src/cli.js': `import { charge } from './charge.js'

const [kilograms, zone = 'home'] = process.argv.slice(2)
console.log(\`\${charge(Number(kilograms), zone).toFixed(2)} EUR\`)
`,
  'src/zones.js': `const surcharges = { home: 0, neighbour: 3.2, island: 6.5 }

/** What a zone costs on top, in euros. */
export function surcharge(zone) {
  if (!(zone in surcharges)) throw new RangeError(\`No zone "\${zone}"\`)
  return surcharges[zone]
}
`,
  'test/charge.test.js': `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { charge } from '../src/charge.js'

test('a light parcel at home has the lowest price', () => {
  assert.equal(charge(1, 'home'), 4.5)
})

test('an island costs more', () => {
  assert.equal(charge(5, 'island'), 14.4)
})
`,
}

/** Creates a git repository with a small project and one commit in `directory`, which must not exist. */
export function makeSample(directory: string): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  git(directory, 'init', '--quiet', '--template=', '--initial-branch=main')
  git(directory, 'add', '--all')
  git(directory, 'commit', '--quiet', '--message=Price parcels by weight and zone')
}

/** Runs git with its own identity, independent of the user's configuration. */
function git(directory: string, ...args: readonly string[]): void {
  const identity = { NAME: 'Sample', EMAIL: 'sample@example.com', DATE: '2025-01-01T12:00:00Z' }
  const roles = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
    Object.entries(identity).map(([key, value]) => [`GIT_${role}_${key}`, value]),
  )
  const alone = { GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1' }
  execFileSync('git', args, {
    cwd: directory,
    env: { PATH, ...alone, ...Object.fromEntries(roles) },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}
