import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { UserError } from '../../errors.ts'
import { type Env, withoutLoopbackProxy } from '../../programs/environment.ts'

/** How long a connection may take; how long an answer may take is the run's to decide. */
const connectMs = 30_000
const options = {
  connect: { timeout: connectMs },
  headersTimeout: 0,
  bodyTimeout: 0,
  allowH2: false,
} as const

/** The way to providers: through the runner's proxy, where it has one; this machine is always reached directly. */
export function openUpstream(env: Env): Dispatcher {
  const [http, https] = ['http_proxy', 'https_proxy'].map(
    (name) => env[name] || env[name.toUpperCase()],
  )
  if (!http && !https) return new Agent(options)
  const { NO_PROXY = '' } = withoutLoopbackProxy({
    NO_PROXY: (env.no_proxy || env.NO_PROXY) ?? '',
    HTTP_PROXY: 'set',
  })
  try {
    return new EnvHttpProxyAgent({
      ...options,
      ...(http && { httpProxy: http }),
      ...(https && { httpsProxy: https }),
      noProxy: NO_PROXY,
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
