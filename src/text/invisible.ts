/**
 * Characters that no reader sees and every program reads: zero-width, bidirectional controls, tags, fillers, variation
 * selectors (Unicode's Default_Ignorable_Code_Point), interlinear annotation, and controls but tab and line ends.
 */
const invisible = String.raw`[\p{Default_Ignorable_Code_Point}\u{FFF9}-\u{FFFB}]|(?![\t\n\r])\p{Cc}`

/** Scripts in which a joiner between two letters changes how a word is spelt, as in Persian or Hindi. */
const joining = [
  ...['Arabic', 'Syriac', 'Nko', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati'],
  ...['Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar', 'Tibetan'],
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('')

/** Where one of them is part of what is seen. Each stands once: a row of them, which could carry a message, goes. */
const seen = [
  `(?<=[${joining}])[\\u200C\\u200D](?=[${joining}])`,
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})`,
  String.raw`(?<=\p{Extended_Pictographic})[\uFE0E\uFE0F]`,
  String.raw`(?<=[0-9#*])\uFE0F(?=\u20E3)`,
  String.raw`(?<=(?=\p{Script=Mongolian})\p{L})[\u180B-\u180D\u180F]`,
].join('|')

const pattern = new RegExp(`(?!${seen})(?:${invisible})`, 'gu')

/** The text without invisible characters; emoji and words keep the joiners that they are written with. */
export function removeInvisible(text: string): string {
  return text.replace(pattern, '')
}

/** Where the invisible characters of a text are, one by one, as offsets in UTF-16 units. */
export function* invisibleIn(
  text: string,
): Generator<{ readonly from: number; readonly to: number }> {
  for (const { index, 0: character } of text.matchAll(pattern))
    yield { from: index, to: index + character.length }
}

/** The same as a list. */
export function findInvisible(
  text: string,
): readonly { readonly from: number; readonly to: number }[] {
  return [...invisibleIn(text)]
}
