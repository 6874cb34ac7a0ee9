/** Texts on which a careless reader of Markdown or HTML takes the square of their length, by what they are made of. */
export const crafted: Readonly<Record<string, (length: number) => string>> = {
  'comments without an end': repeat('<!--'),
  'comments without an end, line by line': repeat('<!-- a\n'),
  'comments that a bracket keeps open': repeat('<!-- > '),
  'CDATA without an end': repeat('<![CDATA['),
  'declarations without an end': repeat('<!A '),
  'instructions without an end': repeat('<?'),
  'tags without an end': repeat('<a '),
  'tags with attributes without an end': begin('<a', repeat(' b=c')),
  'tags in attributes': repeat(`<a b="<a c='`),
  'attributes without an end, line by line': repeat('<div a="\n'),
  'attributes that hold tags': begin('<i ', repeat('a="<i b" ')),
  'blanks in a tag': begin('<a', end('x', repeat(' '))),
  'less-than signs': repeat('<'),
  'elements left open': repeat('<b>'),
  'elements left open, line by line': repeat('<details>\n\n'),
  'elements closed by another': halves('<b>', '</i>'),
  'elements closed late': halves('<b>', '</b>'),
  'divisions in words': repeat('a <div '),
  'preformatted text left open': repeat('<pre>\n'),
  'addresses in angle brackets': repeat('<a:'),
  'brackets left open': repeat('['),
  'brackets that close nothing': repeat(']'),
  'brackets in brackets': halves('[', ']'),
  'images left open': repeat('!['),
  'images in images': halves('![', '](a)'),
  'targets without an end': repeat(']('),
  'links without an end': repeat('[a]('),
  'titles without an end': repeat('[a](b "'),
  definitions: repeat('[a]: b\n'),
  'definitions with a title without an end': begin('[a]: b "', repeat('x\n')),
  'labels without an end': begin('[', repeat('a\n')),
  'different definitions': lines((at) => `[a${at}]: b\n\n`),
  footnotes: repeat('[^1] '),
  'different footnotes': lines((at) => `[^${at}]: [^${at}]\n\n`),
  'runs of backticks, each longer': lines((at) => `${'`'.repeat(at)} `),
  backticks: repeat('`'),
  'pairs of backticks': repeat('` ``'),
  'fences of tildes': repeat('~~~\n'),
  'fences that grow': lines((at) => `${'~'.repeat(at)}\n`),
  strikes: repeat('~~a '),
  'stars that open': repeat('*a '),
  'stars that close': repeat('a* '),
  'stars and underscores': repeat('*a_ '),
  'underscores in words': repeat('_a_'),
  'pairs of stars': repeat('**'),
  'nested emphasis': repeat('*a **a '),
  'quotations in quotations': repeat('>'),
  'quotations line by line': repeat('> a\n'),
  'quotations in lists': repeat('> - '),
  'quotations, each deeper': lines((at) => `${'>'.repeat(at % 300)} a\n`),
  'lists, each deeper': lines((at) => `${' '.repeat((at % 300) * 2)}- a\n`),
  'lists on one line': repeat('- '),
  'rules on one line': end('x', repeat('- - ')),
  'numbers on one line': repeat('1. '),
  numbers: repeat('1'),
  cells: repeat('|'),
  'a table of one column': begin('|a|\n|-|\n', repeat('|b|\n')),
  'a table of empty rows': begin('a|b\n-|-\n', repeat('|\n')),
  'delimiters of a table without an end': begin('a\na|b\n', end('x', repeat(' '))),
  'heads of tables': repeat('a|b\n-|-\n'),
  ampersands: repeat('&'),
  'character references without an end': repeat('&#'),
  'long character references': begin('&', repeat('a')),
  'character references': repeat('&#64;a'),
  backslashes: repeat('\\'),
  'escaped brackets': repeat('\\[\\]]'),
  addresses: repeat('http://a.b/'),
  'addresses with brackets': repeat('http://a.b/[ '),
  'addresses in addresses': repeat('www.'),
  'names of hosts': begin('http://', repeat('a.')),
  'references in addresses': repeat('https://github.com/a/b/issues/1 '),
  'e-mail without a host': repeat('a@'),
  mentions: repeat('@a '),
  'mentions without an end': begin('@a', repeat('-')),
  'mentions of teams': repeat('@a/b'),
  'numbers of issues': repeat('#1 '),
  'issues of repositories': repeat('a/b#1 '),
  'names of repositories': repeat('a/'),
  'words that close issues': repeat('fix'),
  'words that close issues, and colons': begin('fixes', repeat(':')),
  'words without a blank': repeat('a'),
  words: repeat('a '),
  blanks: end('x', begin('a', repeat(' '))),
  tabs: end('x', begin('a', repeat('\t'))),
  'no-break blanks': end('x', begin('a', repeat('\u00a0'))),
  'line breaks': repeat('\n'),
  'carriage returns': repeat('\r'),
  'carriage returns and line breaks': repeat('a\r\n'),
  'hard breaks': repeat('a  \n'),
  'underlines of headings': repeat('a\n=\n'),
  'lines above an underline': end('\n=', repeat('a\n')),
  headings: repeat('# a\n'),
  'marks of headings': begin('# a', repeat('#')),
  'blocks of code': repeat('    a\n'),
  formulas: repeat('$$'),
  emoji: repeat(':a'),
  'invisible characters': repeat('\u200b'),
  'marks on one letter': begin('a', repeat('\u0301')),
  families: repeat('👩‍👩‍👧‍👦'),
  'halves of characters': repeat('\ud83d'),
  'mixed pairs': repeat('*[`<_]>~'),
  'blocks of brackets': repeat(`${'[ '.repeat(900)}\n\n`),
  'blocks of brackets that close nothing': repeat(`${'\\a'.repeat(2000)}${']'.repeat(900)}\n\n`),
  'blocks of comments': repeat(`${'<!--'.repeat(900)}\n\n`),
  'blocks of tags': repeat(`${'<a b="'.repeat(900)}\n\n`),
  'blocks of backticks': repeat(`${'a` b`` '.repeat(450)}\n\n`),
  'blocks of stars': repeat(`${'a* b_ '.repeat(450)}\n\n`),
  'blocks of nested emphasis': repeat(`${'*a **b '.repeat(150)}${'a** b* '.repeat(150)}\n\n`),
  'blocks of links': repeat(`${'[a](b "'.repeat(450)}\n\n`),
}

type Craft = (length: number) => string

function repeat(unit: string): Craft {
  return (length) => unit.repeat(Math.ceil(length / unit.length))
}

function begin(start: string, rest: Craft): Craft {
  return (length) => start + rest(length)
}

function end(last: string, rest: Craft): Craft {
  return (length) => rest(length) + last
}

function halves(first: string, second: string): Craft {
  return (length) => {
    const count = Math.ceil(length / (first.length + second.length))
    return first.repeat(count) + second.repeat(count)
  }
}

function lines(line: (at: number) => string): Craft {
  return (length) => {
    const parts: string[] = []
    for (let at = 1, sum = 0; sum < length; at++) {
      const part = line(at)
      parts.push(part)
      sum += part.length
    }
    return parts.join('')
  }
}
