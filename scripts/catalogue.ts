import * as z from 'zod'
import type { CatalogueProvider, Release } from '../src/install/release.ts'

const api = z.object({ npm: z.string(), url: z.string() })
const provider = z.object({
  id: z.string(),
  env: z.array(z.string()),
  models: z.record(z.string(), z.object({ api })),
})
const catalogue = z.object({ all: z.array(provider) })

/** Without a key, opencode lists only the free models of its own provider. */
export const catalogueEnvironment = { OPENCODE_API_KEY: 'placeholder' }

/** The providers of `GET /provider`, by ID. Most models of a provider have the same base URL. */
export function readCatalogue(json: unknown): Release['providers'] {
  const { all } = catalogue.parse(json)
  const sorted = all.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return Object.fromEntries(sorted.map((one) => [one.id, summarize(one)]))
}

function summarize({ env, models }: z.infer<typeof provider>): CatalogueProvider {
  const bases = Object.groupBy(Object.entries(models), ([, model]) => model.api.url)
  const groups = Object.entries(bases)
    .map(([url, members = []]) => ({ url, members }))
    .sort((a, b) => b.members.length - a.members.length)
  const [most, ...rest] = groups
  const npm = most?.members[0]?.[1].api.npm ?? ''
  const packages = groups
    .map(({ url, members }) => [url, packagesOf(members)] as const)
    .filter(([, names]) => names.join() !== npm)
  const others = rest.map(({ url, members }) => [url, members.map(([id]) => id).sort()])
  return {
    env,
    npm,
    ...(most?.url && { api: most.url }),
    ...(others.length > 0 && { others: Object.fromEntries(others) }),
    ...(packages.length > 0 && { packages: Object.fromEntries(packages) }),
  }
}

type Member = readonly [string, { readonly api: z.infer<typeof api> }]

function packagesOf(members: readonly Member[]): string[] {
  return [...new Set(members.map(([, model]) => model.api.npm))].sort()
}
