import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/**
 * Reads a plain file of at most `most` bytes. A link, pipe, device or folder in its place is refused, and so is a larger
 * file, before anything of it is read. Throws an `Error` that says which it was.
 */
export function readPlainFile(path: string, most: number): Buffer {
  // Opening a pipe would otherwise wait for someone to write to it.
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  using _ = { [Symbol.dispose]: () => closeSync(file) }
  const found = fstatSync(file)
  if (!found.isFile()) throw new Error('it is not a plain file')
  if (found.size > most) throw new Error(`it is larger than ${most / 1024 / 1024} MiB`)
  const content = Buffer.alloc(found.size)
  let length = 0
  for (let count = -1; count !== 0 && length < content.length; ) {
    count = readSync(file, content, length, content.length - length, null)
    length += count
  }
  return content.subarray(0, length)
}
