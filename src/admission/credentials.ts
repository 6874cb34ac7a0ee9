import type { Event } from '../event/event.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Env } from '../programs/environment.ts'
import { missingKey } from '../providers/variables.ts'
import { isSameLogin } from './actor.ts'

const dependabot = 'dependabot[bot]'

/**
 * Why a model has no key on an event that gets no secrets from GitHub; undefined if there is a key, if none is needed, and
 * on other events, where a missing key is a mistake.
 */
export function missingCredentials(
  inputs: Named & Pick<Inputs, 'server' | 'requiredPermission' | 'allowedBots'>,
  { event, env }: { event: Event; env: Env },
): string | undefined {
  const kind = withoutSecrets(event)
  if (kind === undefined || inputs.server.kind === 'external') return undefined
  for (const id of providersOf(inputs)) {
    const names = missingKey(id, { config: inputs.config, env })
    if (names.length === 0) continue
    const empty = `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} empty`
    return `GitHub gives no secrets to ${kind.what}, so there is no key for the provider ${id} (${empty}). Nothing was run. ${kind.remedy}${kind === ofDependabot ? adviseListing(inputs) : ''}`
  }
  return undefined
}

/** Names the next obstacle as well, so that it does not take another run to find it. */
function adviseListing({
  requiredPermission,
  allowedBots,
}: Pick<Inputs, 'requiredPermission' | 'allowedBots'>): string {
  const isListed = allowedBots.some((bot) => isSameLogin(bot, dependabot))
  return isListed || requiredPermission === 'none' ? '' : ` Also set allowed-bots: ${dependabot}.`
}

type EventKind = { readonly what: string; readonly remedy: string }

const ofFork: EventKind = {
  what: 'pull requests from forks',
  remedy:
    'Run it on an event of this repository, such as workflow_dispatch, or exclude these pull requests with an if: condition on the job.',
}
const ofDependabot: EventKind = {
  what: 'events from Dependabot',
  remedy:
    "Add the key to the repository's Dependabot secrets under the same name, or exclude these events with an if: condition on the job.",
}

const pullEvents = ['pull_request', 'pull_request_review', 'pull_request_review_comment']
const dependabotEvents = [
  ...pullEvents,
  ...['pull_request_target', 'push', 'create', 'deployment', 'deployment_status'],
]

/**
 * Events without Actions secrets (docs.github.com, "Troubleshooting Dependabot on GitHub Actions"). A re-run by someone else
 * gets none either, so the first actor counts.
 */
function withoutSecrets({ name, head, actor }: Event): EventKind | undefined {
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
