import type { Address, Api } from './api.ts'
import { createClient } from './v1/client.ts'

/** Talks to the server at `address` about `directory`. */
export function connect(address: Address, directory: string): Api {
  return createClient(address, directory)
}
