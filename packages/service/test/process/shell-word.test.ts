import { expect, it } from 'vitest'
import { quoteWord } from '../../src/process/shell-word.ts'

it.each([
  ['./data', './data'],
  ['/srv/my data', "'/srv/my data'"],
  ['/srv/données', "'/srv/données'"],
  ["it's; $(x)", "'it'\\''s; $(x)'"]
])('quotes %s as %s', (text, word) => {
  expect(quoteWord(text)).toBe(word)
})
