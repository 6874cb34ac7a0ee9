import type { Inputs } from '../inputs/inputs.ts'
import { safeLine } from '../session/log-line.ts'
import { counted, oneLine } from '../text.ts'
import type { World } from '../world.ts'
import { type Guarded, type Repair, rememberPlaces, restorePlaces } from './guarded-files.ts'
import { placesOf } from './guarded-places.ts'

/** What later steps trust, as it was before the server was started. */
export type Guard = { readonly guarded: Guarded; readonly stateText: string }

/** Remembers what later steps run or believe. */
export function guardFiles({ directory }: Inputs, { env, runner, ownFiles }: World): Guard {
  const places = placesOf({ directory, env, ownFiles })
  return { guarded: rememberPlaces(places), stateText: runner.stateText() }
}

/** Once the agent's processes have ended: puts back what they wrote of it, and tells of each. */
export function restoreGuarded(
  { guarded, stateText }: Guard,
  { env, runner, report }: World,
): void {
  const own = runner.stateText().slice(stateText.length)
  const appended = env.GITHUB_STATE ? [[env.GITHUB_STATE, own] as const] : []
  const repairs = restorePlaces(guarded, new Map(appended))
  for (const repair of repairs.slice(0, mostTold)) {
    const note = describe(repair)
    report.note(note)
    runner.warning(safeLine(note))
  }
  const more = repairs.length - mostTold
  if (more > 0) report.note(`So it was with ${counted(more, 'more file')} that later steps trust.`)
}

const mostTold = 20

function describe({ path, what }: Repair): string {
  const name = oneLine(path)
  const begin = `${name}, which later steps trust, was written while the agent ran`
  if (what === 'left')
    return `${begin}, and could not be put back. Do not trust what runs after it.`
  return what === 'removed' ? `${begin}: removed.` : `${begin}: put back.`
}
