import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { findSystemProgram } from '../programs/programs.ts'
import { runProgram } from '../programs/run.ts'

// The same questions as opencode's own installer asks: `postinstall.mjs` of the npm package opencode-ai 1.18.33.
const avx2 = {
  linux: async () => /^flags\s*:.*\bavx2\b/m.test(await readFile('/proc/cpuinfo', 'utf8')),
  darwin: async (signal: AbortSignal) =>
    (await answer('sysctl', ['-n', 'hw.optional.avx2_0'], signal)) === '1',
  windows: async (signal: AbortSignal) => {
    const question =
      '(Add-Type -MemberDefinition "[DllImport(""kernel32.dll"")] public static extern bool IsProcessorFeaturePresent(int ProcessorFeature);" -Name Kernel32 -Namespace Win32 -PassThru)::IsProcessorFeaturePresent(40)'
    const flags = ['-NoProfile', '-NonInteractive', '-Command', question]
    return /^true$/i.test(await answer('powershell', flags, signal))
  },
}

const glibcReport = z.object({ header: z.object({ glibcVersionRuntime: z.string().optional() }) })

/** Whether this x64 machine has AVX2; `false` where it can't be told. */
export async function hasAvx2(os: keyof typeof avx2, signal: AbortSignal): Promise<boolean> {
  try {
    return await avx2[os](signal)
  } catch {
    signal.throwIfAborted()
    return false
  }
}

/** Whether the libc of this Linux machine is musl: node's report names a glibc by its version, and musl not at all. */
export function isMusl(): boolean {
  // Without this the report looks up the names of all open connections.
  Object.assign(process.report, { excludeNetwork: true })
  return glibcReport.parse(process.report.getReport()).header.glibcVersionRuntime === undefined
}

async function answer(name: string, args: string[], signal: AbortSignal): Promise<string> {
  const program = findSystemProgram(name)
  if (program === undefined) return ''
  const { stdout } = await runProgram({ program, args }, { env: {}, limitMs: 5000 }, signal)
  return stdout.trim()
}
