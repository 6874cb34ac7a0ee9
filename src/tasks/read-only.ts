import { join } from 'node:path'
import type { Inputs } from '../inputs/inputs.ts'
import type { Verdict } from '../outcome.ts'
import type { ProjectConfig } from '../project-config/open.ts'
import { counted, messageOf, oneLine, quote, showName } from '../text.ts'
import type { Repository } from '../workspace/repository.ts'
import { findViolation, undoViolation } from '../workspace/violation.ts'
import { type Described, describeViolation } from '../workspace/violation-patch.ts'
import { takeWitness, type Witness } from '../workspace/witness.ts'
import type { World } from '../world.ts'
import { unreadable } from './change.ts'

/** In mode `plan`, the tree as it is: it must be the same afterwards. */
export async function witnessTree(
  inputs: Inputs,
  world: World & {
    readonly projectConfig: Pick<ProjectConfig, 'use' | 'paths'>
    readonly repository: Repository | undefined
  },
  signal: AbortSignal,
): Promise<Witness | undefined> {
  if (inputs.mode !== 'plan') return undefined
  const { temporary, env, files, report, repository } = world
  const skipped = [files.directory]
  const { directory } = inputs
  const { use, paths } = world.projectConfig
  const moved = use === 'ignore' ? paths : []
  const watching = { directory, repository, temporary, skipped, moved, env }
  const witness = await takeWitness(watching, signal)
  if (!witness.census.isWhole)
    report.note(
      `The checkout has too many files to compare them all: those beyond ${counted(witness.census.entries.size, 'file')} were not.`,
    )
  report.mark('remembered')
  return witness
}

const limitMs = 60_000

/** Whether the tree is as it was, so that another attempt may begin. */
export async function isUntouched(
  witness: Witness,
  world: World,
  signal: AbortSignal,
): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)])
  try {
    const { violation } = await compare(witness, world, limit)
    if (violation) world.report.note('No further attempt was made: the checkout was changed.')
    return violation === undefined
  } catch (error) {
    signal.throwIfAborted()
    const why = oneLine(messageOf(error))
    world.report.note(`No further attempt was made: the checkout could not be compared (${why}).`)
    return false
  }
}

async function compare(witness: Witness, { env, temporary }: World, signal: AbortSignal) {
  const patchFile = join(temporary, 'plan.patch')
  return await findViolation({ witness, env, patchFile }, signal)
}

/** Compares the tree with what it was. A change is saved as a patch and undone, and the run has not completed. */
export async function proveReadOnly(
  { witness, verdict }: { witness: Witness; verdict: Verdict },
  world: World,
  cancelled: AbortSignal,
): Promise<Verdict> {
  const limit = AbortSignal.any([world.comparing, AbortSignal.timeout(limitMs)])
  try {
    const judging = { ...world, cancelled: cancelled.aborted }
    const judged = await judgeTree({ witness, verdict }, judging, limit)
    world.report.mark('compared')
    return judged
  } catch (error) {
    return unreadable({ error, verdict }, { report: world.report, cancelled: cancelled.aborted })
  }
}

type Judging = World & { readonly cancelled: boolean }

async function judgeTree(
  { witness, verdict }: { witness: Witness; verdict: Verdict },
  world: Judging,
  signal: AbortSignal,
): Promise<Verdict> {
  const { env, files, report, cancelled } = world
  const { violation, excused } = await compare(witness, world, signal)
  for (const { path, by } of excused)
    report.note(
      `${showName(path)} was written while the agent ran. It is not counted: a process that ran before (${by}) has it open for writing.`,
    )
  if (violation === undefined) return verdict
  const found = { witness, violation, env }
  const described = await describeViolation({ ...found, patchFile: files.patch }, signal)
  const { files: changed, unseen } = described
  const { patchFile } = described
  const base = witness.snapshot?.head
  const change = { base, files: [...changed], unseen: [...unseen], patchFile, undone: false }
  report.know({ change })
  const left = await undoViolation(found, signal)
  report.know({ change: { ...change, undone: left.length === 0 } })
  const reason = tell(described, { isHeadMoved: violation.isHeadMoved, left })
  if (verdict.outcome === 'cancelled' || cancelled) {
    report.note(reason)
    return verdict
  }
  if (verdict.outcome !== 'completed') report.note(`Besides: ${verdict.outcome}: ${verdict.reason}`)
  return { outcome: 'read-only-violated', reason }
}

const named = 5

function tell(
  { files, unseen, patchFile }: Described,
  { isHeadMoved, left }: { isHeadMoved: boolean; left: readonly string[] },
): string {
  const paths = [...new Set([...files, ...unseen].map(({ path }) => path))]
  const what = [...(isHeadMoved ? ['what is checked out (HEAD)'] : []), ...listNames(paths)]
  const kept =
    patchFile === undefined ? 'No patch can carry it.' : 'The change is kept in changes.patch.'
  const undone =
    left.length === 0
      ? 'All of it was undone.'
      : `Not undone: ${listNames([...new Set(left)]).join(', ')}.`
  return `The checkout was changed in mode plan: ${what.join(', ')}. ${undone} ${kept} The agent, a plugin or an MCP server wrote it, or a process beside. Do not trust the answer.`
}

function listNames(paths: readonly string[]): readonly string[] {
  const more = paths.length - named
  const names = paths.slice(0, named).map((path) => quote(showName(path)))
  return more > 0 ? [...names, `and ${more} more`] : names
}
