import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { attempt } from '../errors.ts'

/** Removes a folder with all in it, folders that were made read-only too; never throws, false if something stays. */
export function removeFolder(path: string): boolean {
  const remove = () => {
    rmSync(path, { recursive: true, force: true, maxRetries: 2 })
    return true
  }
  const removeClosed = () => {
    makeWritable(path)
    return remove()
  }
  return attempt(remove) ?? attempt(removeClosed) ?? false
}

function makeWritable(path: string): void {
  if (!lstatSync(path).isDirectory()) return
  chmodSync(path, 0o700)
  for (const name of readdirSync(path)) makeWritable(join(path, name))
}
