// The words of the page itself, which stand there before any script has run.

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { withWords } from '../../build/page-words.ts'
import { words } from '../../src/words/words.ts'

const page = readFileSync(new URL('../../index.html', import.meta.url), 'utf8')
const texts = (html: string) =>
  [...html.matchAll(/>([^<>]*\p{L}[^<>]*)</gu)].map(([, text]) => text?.trim())

it('are all of the catalogue', () => {
  expect(texts(page)).toEqual(['__PRODUCT__', '__NEEDS_SCRIPT__'])
  const made = withWords(page, words)
  expect(texts(made)).toEqual([words.product, words.needsScript])
  expect(made).toContain(`<html lang="${words.language}" dir="${words.direction}">`)
  expect(made).not.toContain('__')
})

it('are those of another language where that is the one', () => {
  const other = { language: 'ar', direction: 'rtl', product: 'Tocsin', needsScript: '<b> & "' }
  expect(withWords(page, other)).toContain('<html lang="ar" dir="rtl">')
  expect(withWords(page, other)).toContain('&lt;b> &amp; &quot;')
  expect(() => withWords(page.replace('__PRODUCT__', '__UNKNOWN__'), other)).toThrow('__UNKNOWN__')
  expect(() => withWords('<html>', other)).toThrow('does not begin')
})
