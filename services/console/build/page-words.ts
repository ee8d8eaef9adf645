// Writes the words of the catalogue into the page itself: what is read before, or without, any
// script.

import type { Plugin } from 'vite'
import { part as words } from '../src/words/en/shell.ts'

type PageWords = Readonly<Record<'language' | 'direction' | 'product' | 'needsScript', string>>

/** What stands in the sources, where a lint asks for a language that there is. */
const sourceRoot = '<html lang="en" dir="ltr">'

/** `__NEEDS_SCRIPT__` and the like, and language and direction; throws at one that has no words. */
export function withWords(
  html: string,
  { language, direction, product, needsScript }: PageWords
): string {
  const texts = new Map([
    ['__PRODUCT__', product],
    ['__NEEDS_SCRIPT__', needsScript]
  ])
  if (!html.includes(sourceRoot)) throw new Error(`the page does not begin with ${sourceRoot}`)
  return html
    .replace(sourceRoot, `<html lang="${language}" dir="${direction}">`)
    .replace(/__[A-Z_]+__/g, name => {
      const text = texts.get(name)
      if (text === undefined)
        throw new Error(`the page asks for ${name}, of which there are no words`)
      return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
    })
}

export function pageWordsPlugin(): Plugin {
  return {
    name: 'page-words',
    transformIndexHtml: { order: 'pre', handler: html => withWords(html, words) }
  }
}
