import type { GitHub } from '../github/client.ts'
import type { PublishChoice } from '../inputs/publish.ts'
import type { Result } from '../result.ts'
import type { Runner } from '../runner.ts'
import type { Redactor } from '../secrets/redactor.ts'
import type { World } from '../world.ts'
import type { Publication } from './publication.ts'

/** What publishing needs besides the result. */
export type PublishWorld = Pick<World, 'env' | 'event' | 'temporary'> & {
  readonly publish: PublishChoice
  readonly runner: Pick<Runner, 'info' | 'group'>
  readonly redactor: Pick<Redactor, 'find' | 'clean'>
  /** The whole change; undefined if there is none. */
  readonly patchFile: string | undefined
}

/** One thing that the input `publish` can name. */
export type Publisher = {
  readonly name: PublishChoice['what'][number]
  /** How long it may take, in milliseconds; this does not count as the run's time, so a run that used that up is published, too. */
  readonly limitMs: number
  /** Publishes a result, which says what was published of it so far. */
  readonly publish: (
    result: Result,
    world: PublishWorld & { readonly github: GitHub },
    signal: AbortSignal,
  ) => Promise<Partial<Publication>>
}
