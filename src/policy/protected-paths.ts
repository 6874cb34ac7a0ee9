/**
 * What an agent may not change unless the workflow's author says otherwise: what runs with more rights than a pull
 * request has, what redirects git, who has to review, and what later agents obey. `.gitignore` is none of it: nothing
 * runs by it, and agents that add a build folder have to edit it.
 */
export const DEFAULT_PROTECTED_PATHS: readonly string[] = [
  '.github/**',
  '**/action.yml',
  '**/action.yaml',
  '**/CODEOWNERS',

  '**/.gitattributes',
  '**/.gitmodules',
  '**/.gitconfig',
  '**/.lfsconfig',
  '**/.githooks/**',
  '**/.husky/**',

  '**/opencode.json',
  '**/opencode.jsonc',
  '**/.opencode/**',

  '**/AGENTS.md',
  '**/AGENTS.override.md',
  '**/AGENT.md',
  '**/CLAUDE.md',
  '**/CLAUDE.local.md',
  '**/GEMINI.md',
  '**/copilot-instructions.md',
  '**/.agents/**',
  '**/.aider.conf.yml',
  '**/.claude/**',
  '**/.clinerules',
  '**/.clinerules/**',
  '**/.codex/**',
  '**/.continue/**',
  '**/.cursor/**',
  '**/.cursorrules',
  '**/.gemini/**',
  '**/.goosehints',
  '**/.junie/**',
  '**/.kiro/**',
  '**/.mcp.json',
  '**/.roo/**',
  '**/.roorules',
  '**/.windsurf/**',
  '**/.windsurfrules',
]
