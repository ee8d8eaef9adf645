// The language of the console is in one place.

import { expect, it } from 'vitest'

const sources = import.meta.glob('../../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true
})

it('is known to the catalogue alone: another language is another file', () => {
  const elsewhere = Object.entries(sources).filter(([path, text]) => {
    const isCatalogue = /src\/words\/(en\.ts|english\/)/.test(path)
    return !isCatalogue && /'en(-[A-Z]{2})?'/.test(String(text))
  })
  expect([Object.keys(sources).length > 100, elsewhere.map(([path]) => path)]).toEqual([true, []])
})
