import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { UserError } from '../../errors.ts'
import { type Env, withoutLoopbackProxy } from '../../programs/environment.ts'

/** Only connecting has a limit: the run decides how long an answer may take. */
const options = {
  connect: { timeout: 30_000 },
  headersTimeout: 0,
  bodyTimeout: 0,
  allowH2: false,
} as const

/** The connections to providers: through the runner's proxy if it has one, except to this machine. */
export function openUpstream(env: Env): Dispatcher {
  const httpProxy = env.http_proxy || env.HTTP_PROXY
  const httpsProxy = env.https_proxy || env.HTTPS_PROXY
  if (!httpProxy && !httpsProxy) return new Agent(options)
  const noProxy = env.no_proxy || env.NO_PROXY || ''
  const { NO_PROXY } = withoutLoopbackProxy({ HTTP_PROXY: 'set', NO_PROXY: noProxy })
  try {
    return new EnvHttpProxyAgent({
      ...options,
      ...(httpProxy && { httpProxy }),
      ...(httpsProxy && { httpsProxy }),
      ...(NO_PROXY && { noProxy: NO_PROXY }),
    })
  } catch (error) {
    throw badProxy(error)
  }
}

function badProxy(cause: unknown): UserError {
  const message =
    'HTTP_PROXY or HTTPS_PROXY is not a valid proxy address. Check the env of the step.'
  return new UserError('config-invalid', message, { cause })
}
