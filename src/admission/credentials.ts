import type { Event } from '../event/event.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Env } from '../programs/environment.ts'
import { missingKey } from '../providers/variables.ts'
import { isSameLogin } from './actor.ts'

const dependabot = 'dependabot[bot]'

/**
 * Why the models have no key on an event that GitHub gives no secrets; undefined where there is a key, where none is
 * needed, and on other events, where a missing key is a mistake.
 */
export function missingCredentials(
  inputs: Named & Pick<Inputs, 'server' | 'requiredPermission' | 'allowedBots'>,
  { event, env }: { event: Event; env: Env },
): string | undefined {
  const poor = withoutSecrets(event)
  if (poor === undefined || inputs.server.kind === 'external') return undefined
  for (const id of providersOf(inputs)) {
    const names = missingKey(id, { config: inputs.config, env })
    if (names.length === 0) continue
    const empty = `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} empty`
    return `GitHub gives ${poor.what} no secrets, so there is no key for the provider ${id} (${empty}). Nothing was run. ${poor.remedy}${poor === ofDependabot ? listingOf(inputs) : ''}`
  }
  return undefined
}

/** Who reads of the key is not to learn of the next obstacle by another run. */
function listingOf({
  requiredPermission,
  allowedBots,
}: Pick<Inputs, 'requiredPermission' | 'allowedBots'>): string {
  const isListed = allowedBots.some((bot) => isSameLogin(bot, dependabot))
  return isListed || requiredPermission === 'none'
    ? ''
    : ` With the key, it takes allowed-bots: ${dependabot}, too.`
}

type Poor = { readonly what: string; readonly remedy: string }

const ofFork: Poor = {
  what: 'pull requests of forks',
  remedy:
    'Run it on an event of this repository, as workflow_dispatch, or leave these pull requests out with an if: of the job.',
}
const ofDependabot: Poor = {
  what: 'events of Dependabot',
  remedy:
    "Add the key to the repository's Dependabot secrets under the same name, or leave these events out with an if: of the job.",
}

const pullEvents = ['pull_request', 'pull_request_review', 'pull_request_review_comment']
const dependabotEvents = [
  ...pullEvents,
  ...['pull_request_target', 'push', 'create', 'deployment', 'deployment_status'],
]

/**
 * Events that get no secrets of Actions (docs.github.com, "Troubleshooting Dependabot on GitHub Actions"). It holds for
 * re-runs by others, too, so the first actor counts.
 */
function withoutSecrets({ name, head, actor }: Event): Poor | undefined {
  if (dependabotEvents.includes(name) && isSameLogin(actor, dependabot)) return ofDependabot
  return pullEvents.includes(name) && head?.fork === true ? ofFork : undefined
}

type Named = Pick<Inputs, 'model' | 'fallbackModels' | 'requireProviders' | 'config'>

function providersOf({
  model,
  fallbackModels,
  requireProviders,
  config,
}: Named): readonly string[] {
  const [ofConfig = ''] = (config.model ?? '').split('/')
  const first = model?.providerID ?? ofConfig
  const others = fallbackModels.map(({ providerID }) => providerID)
  return [...new Set([first, ...others, ...requireProviders])].filter((id) => id !== '')
}
