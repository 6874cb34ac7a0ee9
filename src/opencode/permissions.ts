/** A permission rule of opencode; of several that match the last one wins. */
export type Rule = {
  readonly permission: string
  readonly pattern: string
  readonly action: 'allow' | 'ask' | 'deny'
}

const allow = (permission: string, pattern = '*'): Rule => ({
  permission,
  pattern,
  action: 'allow',
})
const ask = (permission: string, pattern = '*'): Rule => ({ permission, pattern, action: 'ask' })
const deny = (permission: string, pattern = '*'): Rule => ({ permission, pattern, action: 'deny' })

/** Asked for and refused, rather than denied: so the model goes on, and the refusal is counted and reported. */
const refused: readonly Rule[] = [
  ask('external_directory'),
  ask('read', '*.env'),
  ask('read', '*.env.*'),
  allow('read', '*.env.example'),
]

/**
 * No shell: opencode checks commands and the redirects directly on them, so that `> file`, `(pwd) > file` or
 * `declare x=$(<file)` pass any list of commands that only read.
 */
const planRules: readonly Rule[] = [
  deny('*'),
  ...['read', 'grep', 'glob', 'list', 'todowrite', 'question'].map((name) => allow(name)),
  ...refused,
]

/** What a model writes there would configure, or run as, a later opencode server on this tree. */
const implementRules: readonly Rule[] = [
  ...refused,
  deny('edit', '.opencode/**'),
  deny('edit', '*/.opencode/**'),
  deny('edit', '*opencode.json'),
  deny('edit', '*opencode.jsonc'),
]

/**
 * The rules of a session, for opencode's `last match wins`. In `plan`, of the user's rules only those that deny
 * count, so that none can loosen it; `ignored` are the others.
 */
export function sessionRules(mode: 'check' | 'plan' | 'implement', extra: readonly Rule[]) {
  if (mode === 'implement') return { rules: [...implementRules, ...extra], ignored: [] }
  const tightening = extra.filter((rule) => rule.action === 'deny')
  const ignored = extra.filter((rule) => rule.action !== 'deny')
  return { rules: [...planRules, ...tightening], ignored }
}
