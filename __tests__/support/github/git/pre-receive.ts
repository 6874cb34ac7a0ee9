/**
 * What github.com refuses in a push, told by variables that the git host sets: `GITHUB_APP` for an app without the
 * permission `workflows`, `GITHUB_PROTECTED` for the branches under a ruleset. GitHub gives the first reason with the ref
 * itself; a hook can only print it. A commit that the repository has already may be pushed to another branch.
 */
export const preReceive = `#!/bin/sh
while read -r old new ref; do
  for branch in $GITHUB_PROTECTED; do
    test "$ref" = "refs/heads/$branch" || continue
    echo "error: GH013: Repository rule violations found for $ref." >&2
    echo "- Changes must be made through a pull request." >&2
    exit 1
  done
  test -n "$GITHUB_APP" || continue
  case $new in *[!0]*) ;; *) continue ;; esac
  for commit in $(git rev-list "$new" --not --all); do
    file=$(git diff-tree --root --no-commit-id --name-only -r -c "$commit" -- .github/workflows | head -n 1)
    test -n "$file" || continue
    echo "refusing to allow a GitHub App to create or update workflow \\\`$file\\\` without \\\`workflows\\\` permission" >&2
    exit 1
  done
done
`
