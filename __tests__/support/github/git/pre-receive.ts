import { mark } from './declined.ts'

/**
 * What github.com refuses in a push, told by variables that the git host sets: `GITHUB_APP` for an app without the
 * permission `workflows`, `GITHUB_PROTECTED` for the branches under a ruleset. A commit that the repository has already
 * may be pushed to another branch.
 */
export const preReceive = `#!/bin/sh
decline() {
  printf '%s\\n' "$@" >&2
  exit 1
}
while read -r old new ref; do
  for branch in $GITHUB_PROTECTED; do
    test "$ref" = "refs/heads/$branch" || continue
    decline "error: GH013: Repository rule violations found for $ref." "" \\
      "- Changes must be made through a pull request." "" \\
      "${mark}push declined due to repository rule violations"
  done
  test -n "$GITHUB_APP" || continue
  case $new in *[!0]*) ;; *) continue ;; esac
  for commit in $(git rev-list "$new" --not --all); do
    file=$(git diff-tree --root --no-commit-id --name-only -r -c "$commit" -- .github/workflows | head -n 1)
    test -n "$file" || continue
    decline "${mark}refusing to allow a GitHub App to create or update workflow \\\`$file\\\` without \\\`workflows\\\` permission"
  done
done
`
