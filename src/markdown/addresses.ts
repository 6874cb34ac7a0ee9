/** Where a text is published: the server, as in `https://github.com`, and the repository as `owner/name`. */
export type Place = { readonly server: string; readonly repository: string }

/** Whether an image's address is on the server itself, so that showing it asks no other host. */
export function isOnServer(address: string, { server }: Place): boolean {
  const url = readAddress(address, server)
  return url !== undefined && url.host === new URL(server).host && url.protocol === 'https:'
}

/** Whether the address is an issue, pull request or discussion on the server, and in which repository. */
export function readIssue(address: string, { server }: Place): string | undefined {
  const url = readAddress(address, server)
  const host = new URL(server).host
  if (url === undefined || url.host.replace(/^www\./, '') !== host) return undefined
  const pattern = /^\/+([^/]+\/+[^/]+)\/+(?:issues|pulls?|discussions)\/+\d+/i
  return pattern.exec(decodePath(url.pathname))?.[1]?.replace(/\/+/, '/').toLowerCase()
}

/** Whether the address names an issue of another repository, which would get a back-link. */
export function isForeignIssue(address: string, place: Place): boolean {
  const repository = readIssue(address, place)
  return repository !== undefined && repository !== place.repository.toLowerCase()
}

/**
 * The address by way of redirect.github.com, which GitHub's own documentation gives for links without a back-link;
 * nothing on other servers, which have no such host.
 */
export function redirect(address: string, { server }: Place): string | undefined {
  if (new URL(server).host !== 'github.com') return undefined
  const url = readAddress(address, server)
  if (url === undefined) return undefined
  const path = `${url.pathname}${url.search}${url.hash}`
  return `https://redirect.github.com${path.replace(/[()<>[\]*_~`|\\'"]/g, percent)}`
}

function percent(mark: string): string {
  return mark === '_' ? mark : `%${mark.charCodeAt(0).toString(16)}`
}

function readAddress(address: string, server: string): URL | undefined {
  const whole = /^www\./i.test(address) ? `https://${address}` : address
  return URL.parse(whole, `${server}/`) ?? undefined
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
