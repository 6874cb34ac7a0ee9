import { access, constants } from 'node:fs/promises'

/** Whether something lies at a path. */
export async function isThere(path: string): Promise<boolean> {
  return await access(path).then(yes, no)
}

/** Whether a path is a program that this user may run. */
export async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(yes, no)
}

const yes = () => true
const no = () => false
