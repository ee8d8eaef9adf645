// All words of the console stand in its catalogue: nothing that a person reads or hears is written
// anywhere else.

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { expect, it } from 'vitest'
import { wordsIn } from './words-outside.ts'

const source = join(import.meta.dirname, '..', '..', '..', 'services', 'console', 'src')
const files = readdirSync(source, { withFileTypes: true, recursive: true })
  .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map(entry => relative(source, join(entry.parentPath, entry.name)).split(sep).join('/'))
  .filter(file => !file.startsWith('words/'))

const textOf = (file: string) => readFileSync(join(source, file), 'utf8')

it('holds all that the console shows and says', () => {
  const found = files.flatMap(file =>
    wordsIn(file, textOf(file)).map(({ line, kind, words }) => `${file}:${line}: ${kind}: ${words}`)
  )
  expect(files.length).toBeGreaterThan(100)
  expect(found).toEqual([])
})

it('is what maps take the names of their controls from', () => {
  const maps = files.filter(file => /\bnew LibreMap\(/.test(textOf(file)))
  expect([maps.length > 0, maps.filter(file => !/\blocale: words\./.test(textOf(file)))]).toEqual([
    true,
    []
  ])
})

it.each([
  ['text between tags', '<p>Not live</p>', ['Not live']],
  ['text in braces', `<p>{isLive ? 'Live' : told ?? 'Not live'}</p>`, ['Live', 'Not live']],
  ['text in a template', `<p>{\`as of \${time}\`}</p>`, ['as of']],
  ['text of a list', `<p>{names.map(name => \`\${name}: gone\`).join(', ')}</p>`, [': gone']],
  ['a title', '<p title="Nobody has it" />', ['Nobody has it']],
  ['a label for a screen reader', `<nav aria-label={'Views'} />`, ['Views']],
  [
    'a placeholder',
    '<input placeholder="https://partner.example/hook" />',
    ['https://partner.example/hook']
  ],
  ['an alternative of a picture', '<img alt="The map" />', ['The map']],
  ['a label of a component', `<Field label={isNew ? 'Name' : words.name} />`, ['Name']],
  ['what is announced', `announce('Sound off', true)`, ['Sound off']],
  ['what is announced in parts', `announce(\`\${count} alerts\`)`, ['alerts']],
  ['what a live region is set to', `politely.value = 'Saved'`, ['Saved']],
  ['the title of the page', `document.title = \`Tocsin: \${view}\``, ['Tocsin:']],
  ['what came of a press', `setTold(isDone ? 'Copied' : '')`, ['Copied']],
  ['a fault beside a field', `faults.push({ line: 1, detail: 'is no rule' })`, ['is no rule']],
  ['an outcome', `state.value = { kind: 'refused', text: 'Try again' }`, ['Try again']]
])('finds %s', (_, text, words) => {
  expect(
    wordsIn(
      'a.tsx',
      `const drawn = () => { ${text.startsWith('<') ? `return ${text}` : text} }`
    ).map(each => each.words)
  ).toEqual(words)
})

it.each([
  '<p class="soft" id="count" role="status">{words.count(3)}</p>',
  `<p>{kind === 'live' ? words.live : null} · {told['kind']}</p>`,
  `<a href="./" onClick={() => open('alerts')}>{' '}{nameOf('alerts')}</a>`,
  `announce(words.said('siege'), true)`,
  `<option value="minor">{words.severities[each] ?? '–'}</option>`
])('takes no code for a word: %s', text => {
  expect(
    wordsIn('a.tsx', `const drawn = () => { ${text.startsWith('<') ? `return ${text}` : text} }`)
  ).toEqual([])
})
