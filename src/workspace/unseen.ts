/** Names of the reasons why a change can't be in a patch. */
export const unseenReasons = [
  'submodule',
  'unreadable',
  'base-missing',
  'too-large',
  'too-deep',
  'bad-rules',
  'left-out',
  'was-ignored',
] as const

/** One of the names. */
export type UnseenReason = (typeof unseenReasons)[number]

/** The reasons in words, which follow the name of the path. */
export const unseenWords: Readonly<Record<UnseenReason, string>> = {
  submodule: 'is a submodule in which files were changed',
  unreadable: "can't be read",
  'base-missing': 'was left out of the partial clone, so its earlier content is not known',
  'too-large': 'is larger than 100 MiB, or part of a change that is larger than 256 MiB',
  'too-deep': 'holds folders that are nested too deeply, or too many of them',
  'bad-rules': 'is a pipe or larger than 100 MiB, so git did not look for any change',
  'left-out': 'is in the place of a file that the agent did not see',
  'was-ignored': 'was ignored by git when the run began',
}

/** A change that the patch can't carry. */
export type UnseenChange = { readonly path: string; readonly reason: UnseenReason }
