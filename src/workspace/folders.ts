import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Removes a folder with all in it, folders that were made read-only too; never throws, false if something stays. */
export function removeFolder(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 2 })
    return true
  } catch {
    return removeStubborn(path)
  }
}

function removeStubborn(path: string): boolean {
  try {
    makeWritable(path)
    rmSync(path, { recursive: true, force: true, maxRetries: 2 })
    return true
  } catch {
    return false
  }
}

function makeWritable(path: string): void {
  if (!lstatSync(path).isDirectory()) return
  chmodSync(path, 0o700)
  for (const name of readdirSync(path)) makeWritable(join(path, name))
}
