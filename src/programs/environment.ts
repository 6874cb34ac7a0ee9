/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>

/** Variables of the runner or of the action's own inputs: they never reach the agent. */
export function isRunnerVariable(name: string): boolean {
  return /^(GITHUB_|ACTIONS_|INPUT_|STATE_|RUNNER_(?!TRACKING_ID))/i.test(name)
}

/** Values of the runner's own tokens, of those in inputs, and of the password of a server. */
export function runnerTokens(env: Env): string[] {
  const holdsToken = (name: string) =>
    (isRunnerVariable(name) && /(TOKEN|PASSWORD)$/i.test(name)) ||
    name === 'OPENCODE_SERVER_PASSWORD'
  return Object.entries(env).flatMap(([name, value]) => (value && holdsToken(name) ? [value] : []))
}

const passed = [
  /^(PATH|LANG|LANGUAGE|TZ|RUNNER_TRACKING_ID)$/i,
  /^LC_[A-Z]+$/,
  /^(HTTPS?|ALL|NO)_PROXY$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|CURL_CA_BUNDLE|GIT_SSL_CAINFO|REQUESTS_CA_BUNDLE)$/,
  /^(SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|PROGRAMDATA|PROGRAMFILES(\(X86\))?|NUMBER_OF_PROCESSORS)$/i,
]

/**
 * The environment of a process that the agent controls: PATH, locale, proxy, CA settings and `names`, nothing else.
 * Variables of the runner never pass, whoever names them.
 */
export function allowedEnvironment(
  env: Env,
  names: readonly string[] = [],
): Record<string, string> {
  const allowed: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || isRunnerVariable(name)) continue
    if (names.includes(name) || passed.some((pattern) => pattern.test(name))) allowed[name] = value
  }
  return allowed
}

/** `env` with loopback kept from the proxy, for a server that talks to models on this machine. */
export function withoutLoopbackProxy(
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const proxied = Object.keys(env).some((name) => /_PROXY$/i.test(name))
  if (!proxied) return { ...env }
  const hosts = [env.NO_PROXY ?? env.no_proxy, 'localhost', '127.0.0.1', '::1']
  const value = hosts.filter((host) => host).join(',')
  return { ...env, NO_PROXY: value, no_proxy: value }
}
