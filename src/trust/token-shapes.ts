import type { SecretLintCoreConfigRule } from '@secretlint/types'

/** A token of a well-known shape in a text, from `start` up to before `end`. */
export type ShapeMatch = { readonly start: number; readonly end: number; readonly rule: string }

const PREFIX = '@secretlint/secretlint-rule-'

/** `filter-comments` would let a text switch the scan off, `gcp` reads files by their names; keys in the latter's are found as private keys. */
const LEFT_OUT = ['filter-comments', 'gcp']

/** Hosts that nobody outside reaches: addresses in examples and of local databases are no leak. */
const LOCAL_HOSTS =
  '/@(?:[\\w-]+(?=[:/?"\'`\\s]|$)|127\\.0\\.0\\.1|\\[|[\\w.-]*\\b(?:example(?:\\.(?:com|net|org))?|test|invalid|localhost|local|internal)(?=[:/?"\'`\\s]|$))/i'

const SETTINGS: Readonly<Record<string, Partial<SecretLintCoreConfigRule>>> = {
  aws: { options: { enableIDScanRule: true }, allowMessageIds: ['AWSAccountID'] },
  basicauth: { options: { allows: [LOCAL_HOSTS] } },
  'database-connection-string': { options: { allows: [LOCAL_HOSTS] } },
}

let loaded: ReturnType<typeof load> | undefined

/** Loads the rules, if they are not yet. To be called before there is an agent that could change the files they are in. */
export function loadTokenShapes(): ReturnType<typeof load> {
  loaded ??= load()
  return loaded
}

/** Finds tokens by secretlint's recommended rules. */
export async function findTokenShapes(text: string): Promise<readonly ShapeMatch[]> {
  const { lintSource, rules } = await loadTokenShapes()
  const { messages } = await lintSource({
    source: { content: text, filePath: '', ext: '.txt', contentType: 'text' },
    options: { config: { rules }, noPhysicFilePath: true },
  })
  return messages.map(({ ruleId, range }) => ({
    start: range[0],
    end: range[1],
    rule: ruleId.replace(PREFIX, ''),
  }))
}

async function load() {
  const [{ lintSource }, preset] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ])
  const rules = preset.rules.flatMap((rule) => {
    const name = rule.meta.id.replace(PREFIX, '')
    return LEFT_OUT.includes(name) ? [] : [{ id: rule.meta.id, rule, ...SETTINGS[name] }]
  })
  return { lintSource, rules }
}
