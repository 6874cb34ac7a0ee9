import { createMatcher } from '../policy/globs.ts'
import { type CleanCode, cleanForeignCode } from './foreign-code.ts'

/** What a pull request does to one file. */
export type FileDiff = {
  /** As it is called afterwards. */
  readonly path: string
  readonly additions: number
  readonly deletions: number
  /** Clean; undefined where there is none, and then `why` says the reason. */
  readonly text: string | undefined
  readonly why: string | undefined
  /** How many invisible characters were taken out. */
  readonly invisible: number
}

/** Where the parts of a file's diff come from; `text` as GitHub gave it. */
export type RawFileDiff = Omit<FileDiff, 'invisible'>

/** The same with clean text. */
export function cleanFileDiff(raw: RawFileDiff): FileDiff {
  const clean: Partial<CleanCode> = raw.text === undefined ? {} : cleanForeignCode(raw.text)
  return { ...raw, text: clean.text, invisible: clean.invisible ?? 0 }
}

const isGeneratedPath = createMatcher(
  [
    '**/*{.lock,.lockb,.lockfile,.lock.json,-lock.json,-lock.yaml,.snap,.map}',
    '**/{npm-shrinkwrap.json,go.sum,go.work.sum}',
    '**/*.{min,generated,g,pb}.*',
    '**/*_pb2{,_grpc}.py{,i}',
    '**/{dist,vendor,node_modules,__generated__,__snapshots__}/**',
  ],
  { ignoreCase: true },
)

/** Whether a tool writes the file rather than a person, by its name: such files are shown after all others. */
export function isGenerated(path: string): boolean {
  return isGeneratedPath(path)
}
