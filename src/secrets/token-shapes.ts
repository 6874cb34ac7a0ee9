import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import type {
  SecretLintRuleContext,
  SecretLintRuleReportDescriptor,
  SecretLintSourceCode,
} from '@secretlint/types'
import type { Place } from './known-values.ts'
import { findWebTokens } from './web-tokens.ts'

const prefix = '@secretlint/secretlint-rule-'

/** `filter-comments` would let a text switch the scan off, `gcp` reads files by their names; keys in the latter's are found as private keys. */
const leftOut = ['filter-comments', 'gcp']

/** Hosts that nobody outside reaches: addresses in examples and of local databases are no leak. */
const localHosts =
  '/@(?:[\\w-]+(?=[:/?"\'`\\s]|$)|127\\.0\\.0\\.1|\\[|[\\w.-]*\\b(?:example(?:\\.(?:com|net|org))?|test|invalid|localhost|local|internal)(?=[:/?"\'`\\s]|$))/i'

const settings: Readonly<Record<string, object>> = {
  aws: { enableIDScanRule: true },
  basicauth: { allows: [localHosts] },
  'database-connection-string': { allows: [localHosts] },
}

/** A number of an account is no secret. */
const noSecrets = ['AWSAccountID']

/** A rule looks at so much at once, since some try each length of a token up to its longest. */
const piece = 128 * 1024
/** The longest token that a rule knows has 12,000 characters, the longest private key 10,000. */
const longestToken = 16 * 1024
const longestLabel = 64

/** The rules of secretlint's recommended preset, ready for any number of texts. */
const scanners = rules
  .filter(({ meta }) => !leftOut.includes(nameOf(meta.id)))
  .map((rule) => {
    const finding = nameOf(rule.meta.id)
    const reports: SecretLintRuleReportDescriptor[] = []
    const context: SecretLintRuleContext = {
      sharedOptions: {},
      createTranslator: () => (messageId, data) => ({
        message: '',
        messageId: `${String(messageId)}`,
        data,
      }),
      ignore: () => undefined,
      report: (report) => void reports.push(report),
    }
    const options: object = settings[finding] ?? {}
    const scanner = rule.create(context, options)
    return (content: string): readonly Place[] => {
      scanner.file?.(sourceOf(content))
      const secrets = reports
        .splice(0)
        .filter(({ message }) => !noSecrets.includes(message.messageId))
      return secrets.map((report) => ({ ...rangeOf(report, content), finding }))
    }
  })

/** The range of some rules is as long as the token, and begins with what stands before it. */
function rangeOf(
  { message, range: [start, end] }: SecretLintRuleReportDescriptor,
  content: string,
) {
  const ends = Object.values({ ...message.data }).map((value) => {
    const at = content.slice(start, end + longestLabel).indexOf(String(value))
    return at < 0 ? end : start + at + String(value).length
  })
  return { start, end: Math.max(end, ...ends) }
}

/** Finds tokens of well-known shapes. */
export function findTokenShapes(text: string): readonly Place[] {
  const plain = escapesAsBlanks(text)
  const places = [...findWebTokens(plain)]
  for (let at = 0; at < text.length; at += piece) {
    const content = plain.slice(at, at + piece + longestToken)
    const found = scanners.flatMap((scan) => scan(content))
    for (const { start, end, finding } of found)
      places.push({ start: at + start, end: at + end, finding })
  }
  return places
}

/** Line breaks and tabs as JSON writes them, whose letters would hide where a token begins; every offset stays. */
function escapesAsBlanks(text: string): string {
  return text.replace(/(?<!\\)\\+[nrtbf]/g, (blank) => `\n${' '.repeat(blank.length - 1)}`)
}

/** What a rule asks of a text. */
function sourceOf(content: string): SecretLintSourceCode {
  const unused = (): never => {
    throw new Error('No rule asks for places in lines.')
  }
  return {
    ...{ content, contentType: 'text', hasBOM: false, ext: '.txt' },
    ...{ filePath: '', physicalFilePath: undefined },
    ...{ getFilePath: () => undefined, getPhysicalFilePath: () => undefined },
    ...{ locationToRange: unused, rangeToLocation: unused },
    ...{ positionToIndex: unused, indexToPosition: unused },
  }
}

function nameOf(id: string): string {
  return id.replace(prefix, '')
}
