import type { Place } from './known-values.ts'

/** Signed and encrypted JSON Web Tokens (RFC 7519), as the runner's own are. */
export function* findWebTokens(text: string): Generator<Place> {
  for (const { 0: match, index } of text.matchAll(/(?<![\w-])[\w-]+(?:\.[\w-]*){2,4}/g)) {
    const at = match.indexOf('eyJ')
    const [header = '', , signature = ''] = match.slice(at).split('.')
    if (at < 0 || header.length < 10 || signature.length < 10) continue
    yield { start: index + at, end: index + match.length, finding: 'jwt' }
  }
}
