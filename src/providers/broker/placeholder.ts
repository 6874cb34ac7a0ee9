import { randomBytes } from 'node:crypto'

/** A value that stands for a key: of no shape that is known for a token. */
export function createPlaceholder(): string {
  return `placeholder-${randomBytes(16).toString('hex')}`
}
