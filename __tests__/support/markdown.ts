import fc from 'fast-check'

const word = fc.stringMatching(/^[a-z]{1,9}$/)
const words = fc.array(word, { minLength: 1, maxLength: 30 }).map((list) => list.join(' '))
const inline = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: words },
      words.map((text) => `**${text}**`),
      words.map((text) => `\`${text} <b>\``),
      words.map((text) => `[${text}](https://example.com/${text.length})`),
      words.map((text) => `<sub>${text}</sub>`),
      fc.constantFrom('👩‍🔬', '1. x', '# y', '- z', '> q', '&amp;', '\\*', '漢字', '~~a~~'),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(' '))
const paragraph = fc
  .array(inline, { minLength: 1, maxLength: 4 })
  .map((lines) => `A ${lines.join('\nB ')}`)
const fence = fc
  .tuple(
    fc.constantFrom('```', '````', '~~~'),
    fc.constantFrom('', 'ts'),
    fc.array(words, { maxLength: 20 }),
  )
  .map(([mark, info, lines]) => [mark + info, ...lines.map((line) => `  ${line}`), mark].join('\n'))
const table = fc
  .array(words, { minLength: 1, maxLength: 15 })
  .map((rows) =>
    ['| HEAD | HEAD |', '|---|---|', ...rows.map((row) => `| ${row} | x |`)].join('\n'),
  )
const html = words.map((text) => `<table>\n<tr>\n<td>${text}</td>\n</tr>\n</table>`)

const { block } = fc.letrec<{ block: string }>((tie) => ({
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    paragraph,
    fence,
    table,
    html,
    words.map((text) => `## ${text}`),
    words.map((text) => `    ${text}\n\n    ${text}`).map((code) => `Code:\n\n${code}`),
    // micromark takes no number but 1 at the beginning of a list within a list; GitHub does.
    nest(tie('block'), (text, index) => indent(text, index % 2 ? '- ' : '1. ')),
    nest(tie('block'), (text) => text.replace(/^/gm, '> ')),
    nest(tie('block'), (text) => `<details>\n<summary>SUM</summary>\n\n${text}\n\n</details>`),
  ),
}))

function nest(
  inner: fc.Arbitrary<string>,
  wrap: (text: string, index: number) => string,
): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(inner, { minLength: 1, maxLength: 3 }), fc.nat(1))
    .map(([blocks, index]) => wrap(blocks.join('\n\n'), index))
}

function indent(text: string, marker: string): string {
  return marker + text.replace(/\n(?=.)/g, `\n${' '.repeat(marker.length)}`)
}

/** Markdown as a model writes it: blocks in blocks, with lines that would be something else at a line's start. */
export const markdown = fc
  .array(block, { minLength: 1, maxLength: 8 })
  .map((blocks) => blocks.join('\n\n'))
