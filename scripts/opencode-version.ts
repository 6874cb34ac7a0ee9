// Changes the default version of opencode: `npm run opencode-version -- 1.18.34`. Without a version it refreshes the current one.
import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, env, execPath, stdout } from 'node:process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { UserError } from '../src/errors.ts'
import { downloadBinary } from '../src/install/download.ts'
import { readNpmConfig } from '../src/install/npm-config.ts'
import { detectPlatform, packageName } from '../src/install/platform.ts'
import { findPublished } from '../src/install/registry.ts'
import { bundledRelease, type Digests, type Release } from '../src/install/release.ts'
import { temporaryDirectory } from '../src/install/temporary-directory.ts'
import { requireSupported } from '../src/opencode/version.ts'
import { catalogueEnvironment, readCatalogue } from './catalogue.ts'

const releaseFile = 'src/install/release.json'
const { PATH } = env
const signal = AbortSignal.timeout(30 * 60_000)
const log = (line: string) => stdout.write(`${line}\n`)

const version = argv[2] ?? bundledRelease.version
requireSupported(version)
await using directory = await temporaryDirectory(tmpdir())

const opencode = await findPublished(
  await readNpmConfig(env),
  { name: 'opencode-ai', version },
  signal,
)
const own = packageName(await detectPlatform(process, signal))
const ownBinary = join(directory.path, own)
const packages: Record<string, Digests> = {}
for (const name of Object.keys(opencode.optionalDependencies).sort()) {
  const file = join(directory.path, name)
  const options = { package: { name, version }, expected: undefined, file, env, log }
  try {
    const { integrity, binary, size } = await downloadBinary(options, signal)
    packages[name] = { integrity, binary, size }
    log(`${name} ${size} ${integrity}`)
    if (file !== ownBinary) await rm(file)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    log(`${error.message} No digest was written for it.`)
    process.exitCode = 1
  }
}

await chmod(ownBinary, 0o755)
const providers = await askProviders(ownBinary, directory.path)
await writeFile(releaseFile, JSON.stringify({ version, packages, providers }))
const biome = ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', releaseFile]
await promisify(execFile)(execPath, biome)
await changeDefault('action.yml')
log(`The default is now opencode ${version}, with ${Object.keys(packages).length} packages.`)

/** The providers that opencode itself reports. */
async function askProviders(binary: string, home: string): Promise<Release['providers']> {
  const password = randomUUID()
  await using server = await startServer(binary, home, password)
  const authorization = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`
  const answer = await fetch(`${server.url}/provider`, { headers: { authorization }, signal })
  return readCatalogue(await answer.json())
}

async function startServer(binary: string, home: string, password: string) {
  const child = spawn(binary, ['serve', '--port', '0'], {
    cwd: home,
    env: {
      PATH,
      HOME: home,
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_SERVER_PASSWORD: password,
      ...catalogueEnvironment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const server = {
    url: '',
    async [Symbol.asyncDispose]() {
      // A server that is just starting may swallow a SIGTERM.
      child.kill('SIGKILL')
      await exit
    },
  }
  for await (const line of createInterface(child.stdout)) {
    server.url = /listening on (http:\S+)/.exec(line)?.[1] ?? ''
    if (server.url !== '') return server
  }
  throw new Error(`${binary} serve exited before it was listening`)
}

async function changeDefault(file: string): Promise<void> {
  const action = await readFile(file, 'utf8')
  const line = /(^ {2}opencode-version:\n(?: {4}.*\n)*? {4}default: )['"]?[\d.]+['"]?$/m
  if (!line.test(action)) throw new Error(`${file} has no default for opencode-version`)
  await writeFile(file, action.replace(line, `$1${version}`))
}
