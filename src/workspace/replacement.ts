import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { attempt } from '../errors.ts'
import { parseJson } from '../text/text.ts'
import { removeFolder } from './folders.ts'
import { locate, parentsOf, type RawPath } from './raw-path.ts'

const schema = z.object({
  /** The top level of the tree, an absolute path. */
  root: z.string(),
  /** A folder of the action on the same file system, with `new` and `old` in it. */
  stage: z.string(),
  /** What goes out of the tree, all of which exists, and what comes into it from `stage/new`; paths as git stores them. */
  removed: z.array(z.string()),
  added: z.array(z.string()),
  /** Folders that are made, and folders that end up empty; the upper ones first. */
  made: z.array(z.string()),
  emptied: z.array(z.object({ path: z.string(), mode: z.number() })),
})

/** Files of a tree that are replaced all at once. */
export type Replacement = z.infer<typeof schema>

const journalName = 'landing.json'

type Prepared = Pick<Replacement, 'root' | 'stage' | 'removed' | 'added'>

/** A folder in which new files wait, removed at the end. */
export type Stage = Disposable & {
  /** Where the files go, by their paths in the tree. */
  readonly fresh: string
  /**
   * Takes files out of the tree, and puts those that wait in their places: all of them or, where the disk or anything in the
   * way forbids one, none. Throws what the disk says.
   */
  readonly replace: (files: Pick<Replacement, 'removed' | 'added'>) => void
}

/**
 * Makes a stage for the tree at `root` in the folder `at`, which is on the same file system. A journal in `folder` lets
 * `undoReplacement` bring back what was, should this process be killed meanwhile.
 */
export function openStage({
  root,
  at,
  folder,
}: Readonly<Record<'root' | 'at' | 'folder', string>>): Stage {
  const stage = join(at, `opencode-driver-landing-${randomUUID()}`)
  const journal = join(folder, journalName)
  const write = (replacement: Replacement) => {
    writeFileSync(`${journal}.new`, JSON.stringify(replacement), { flush: true })
    renameSync(`${journal}.new`, journal)
  }
  // Before there is anything that a killed process could leave.
  write({ root, stage, removed: [], added: [], made: [], emptied: [] })
  mkdirSync(stage, { mode: 0o700 })
  return {
    fresh: join(stage, 'new'),
    replace(files) {
      const prepared = { root, stage, ...files }
      const replacement = { ...prepared, ...planFolders(prepared) }
      write(replacement)
      try {
        perform(replacement)
      } catch (error) {
        undo(replacement)
        throw error
      }
    },
    [Symbol.dispose]() {
      removeFolder(stage)
      rmSync(journal, { force: true })
    },
  }
}

/** Brings back what a killed process had begun to replace, by the journal in `folder`; does nothing where there is none. */
export function undoReplacement(folder: string): void {
  const journal = join(folder, journalName)
  const text = attempt(() => readFileSync(journal, 'utf8'))
  const { data: replacement } = schema.safeParse(parseJson(text ?? ''))
  // A journal that is not whole was written by a process that had not touched anything.
  if (replacement === undefined) return
  undo(replacement)
  removeFolder(replacement.stage)
  rmSync(journal)
}

function planFolders({ root, removed, added }: Prepared): Pick<Replacement, 'made' | 'emptied'> {
  const above = (paths: readonly RawPath[]) => [...new Set(paths.flatMap(parentsOf))].toSorted()
  const kindOf = (path: RawPath) => attempt(() => lstatSync(locate(root, path)))
  const made = above(added).filter((path) => !kindOf(path)?.isDirectory())
  const wanted = new Set(above(added))
  const left = above(removed).filter((path) => !wanted.has(path))
  const emptied = left.flatMap((path) => {
    const found = kindOf(path)
    return found?.isDirectory() ? [{ path, mode: found.mode & 0o7777 }] : []
  })
  return { made, emptied }
}

function perform({ root, stage, removed, added, made, emptied }: Replacement): void {
  for (const path of removed) move(locate(root, path), locate(join(stage, 'old'), path))
  for (const { path } of emptied.toReversed()) attempt(() => rmdirSync(locate(root, path)))
  for (const path of made) mkdirSync(locate(root, path), { recursive: true })
  for (const path of added) {
    const fresh = locate(join(stage, 'new'), path)
    keepMode(locate(join(stage, 'old'), path), fresh)
    renameSync(fresh, locate(root, path))
  }
}

/** Can be repeated, from whatever point `perform` came to. */
function undo({ root, stage, removed, added, made, emptied }: Replacement): void {
  for (const path of added)
    if (!exists(locate(join(stage, 'new'), path))) rmSync(locate(root, path), { force: true })
  for (const path of made.toReversed()) attempt(() => rmdirSync(locate(root, path)))
  for (const { path, mode } of emptied) attempt(() => makeAgain(locate(root, path), mode))
  for (const path of removed) {
    const kept = locate(join(stage, 'old'), path)
    if (exists(kept)) move(kept, locate(root, path))
  }
}

/** Who else may read or write a file stays; whether it can be run is the change's to say. */
function keepMode(old: Buffer, fresh: Buffer): void {
  const [before, now] = [old, fresh].map((path) => attempt(() => lstatSync(path)))
  if (!before?.isFile() || !now?.isFile()) return
  const readers = before.mode & 0o666
  const runners = now.mode & 0o100 ? (readers & 0o444) >> 2 : 0
  chmodSync(fresh, readers | runners)
}

function makeAgain(path: Buffer, mode: number): void {
  mkdirSync(path)
  // The umask has no say in what was there before.
  chmodSync(path, mode)
}

function move(from: Buffer, to: Buffer): void {
  mkdirSync(to.subarray(0, to.lastIndexOf('/')), { recursive: true })
  renameSync(from, to)
}

function exists(path: Buffer): boolean {
  return attempt(() => lstatSync(path)) !== undefined
}
