import type { Answer } from '../answer.ts'
import { type Call, numberOf } from './call.ts'

/**
 * One page of a list, with the `Link` header of the page "Using pagination in the REST API": GitHub names the repository by
 * its number there, caps `per_page` at 100, and leaves the header out where one page holds all.
 */
export function pageOfList(call: Call, items: readonly unknown[]): Answer {
  const size = Math.min(100, Math.max(1, numberOf(call, 'per_page') || 30))
  const page = Math.max(1, numberOf(call, 'page') || 1)
  const last = Math.max(1, Math.ceil(items.length / size))
  const links = [
    ...(page > 1 ? [link(call, 'prev', Math.min(page - 1, last))] : []),
    ...(page < last ? [link(call, 'next', page + 1), link(call, 'last', last)] : []),
    ...(page > 1 ? [link(call, 'first', 1)] : []),
  ]
  const body = items.slice((page - 1) * size, page * size)
  return { status: 200, body, ...(last > 1 && { headers: { link: links.join(', ') } }) }
}

function link({ state, url }: Call, relation: string, page: number): string {
  const path = url.pathname.replace(/^\/repos\/[^/]+\/[^/]+/, `/repositories/${state.origin.id}`)
  const query = new URLSearchParams(url.searchParams)
  query.set('page', String(page))
  return `<${state.urls.api}${path}?${query}>; rel="${relation}"`
}
